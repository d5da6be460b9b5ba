using System.Reflection;
using System.Text.RegularExpressions;
using Operator.Entities.Contract;

namespace Operator.Tests.Repository;

/// <summary>Whatever a condition or an Event can say has an entry in docs/troubleshooting.md, and nothing else has one.</summary>
public sealed partial class ReasonsTests
{
    private const string Page = "docs/troubleshooting.md";

    // Where reasons come from: what the operator and its webhook say themselves, and what a sidecar reports.
    private static readonly string[] Folders =
    [
        "src/Operator/Servers", "src/Operator/Admission", "src/Operator.Entities/Tls", "src/Operator.Reloader/Checks", "src/Operator.Reloader/Generations",
        "src/Operator.Reloader/Install", "src/Operator.Reloader/Proof", "src/Operator.Reloader/Reload",
    ];

    // Made of two parts in the code.
    private static readonly string[] Composed = ["ConfigMapNotFound"];

    // Words in CamelCase that are no reasons: add one here, or an entry to the page.
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        // condition types that are no reasons as well
        "Ready", "Progressing", "Degraded", "Reconciling", "Stalled",
        // outcomes of a rollout, actions of Events
        "InProgress", "Healthy", "Superseded", "Apply", "Check", "Drain", "Publish", "Reload", "Restart", "Rollback", "Rollout",
        // words of Kubernetes' API and of .NET
        "AdmissionReview", "Bound", "Cluster", "ClusterIP", "ConfigMap", "ContainerCreating", "Failure", "Globalization", "Ingress", "LoadBalancer", "Memory",
        "None", "OnDelete", "OnRootMismatch", "Opaque", "Parallel", "PodInitializing", "ReadWriteOnce", "Running", "RuntimeDefault", "Secret",
        // how a reload is made, in the log
        "Master", "Workers",
    };

    [Fact]
    public void Every_reason_has_an_entry() =>
        Reasons().Except(Entries()).ShouldBeEmpty($"add an entry to {Page}, or, for what is no reason, a word to this test");

    [Fact]
    public void Every_entry_is_of_a_reason_that_the_code_knows() => Entries().Except(Reasons()).ShouldBeEmpty($"{Page} speaks of what nobody says any more");

    [Fact]
    public void Reasons_of_all_sources_are_found()
    {
        Reasons().ShouldContain("CertificateNameMismatch"); // Operator.Entities
        Reasons().ShouldContain("PreflightFailed"); // the sidecar
        Reasons().ShouldContain("RestartBlocked"); // an Event alone
        Reasons().ShouldNotContain("Workers");
    }

    [Fact]
    public void The_words_that_are_no_reasons_are_in_the_code() => Others.Except(Words()).ShouldBeEmpty("take them out of this test");

    [Fact]
    public void Every_annotation_and_label_is_in_its_reference()
    {
        var page = Markdown.Read("docs/reference/annotations.md");
        var keys = typeof(AnnotationKeys).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static key => (string)key.GetRawConstantValue()!).ToList();

        keys.ShouldNotBeEmpty();
        keys.Where(key => !page.Contains($"| `{key}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static HashSet<string> Reasons() => [.. Words().Concat(Composed).Except(Others)];

    private static IEnumerable<string> Entries() => Entry().Matches(Markdown.Read(Page)).Select(static match => match.Groups["reason"].Value);

    private static IEnumerable<string> Words() => Folders
        .SelectMany(static folder => Directory.GetFiles(Testing.Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories))
        .SelectMany(static file => File.ReadLines(file))
        .Where(static line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
        .SelectMany(static line => Word().Matches(line).Select(static match => match.Groups["word"].Value));

    [GeneratedRegex("\"(?<word>[A-Z][a-z]+[A-Za-z]*)\"")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\| `(?<reason>[A-Z][A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
