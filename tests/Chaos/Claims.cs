using System.Globalization;
using System.Text.RegularExpressions;
using Operator.Entities.Servers;
using Operator.Testing.Cluster;

namespace Chaos;

/// <summary>What a status claims, and which claims cannot be true. Pure.</summary>
internal static partial class Claims
{
    /// <summary>An option that Cyrus would die of.</summary>
    public const string Spoiled = "timeout: soon";

    private const int Least = 5_000_000;

    /// <summary>The option by which clients know a configuration: the longest message, which IMAP tells as a capability (RFC 7889).</summary>
    public static string NameOf(int configuration) => string.Create(CultureInfo.InvariantCulture, $"maxmessagesize: {Least + configuration}");

    /// <summary>The configuration that an imapd.conf or an answer to CAPABILITY names; null when it names none.</summary>
    public static int? ConfigurationIn(string text) =>
        NamePattern().Match(text) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) - Least : null;

    /// <summary>What a healthy status promises of all connections from now on; null when it is not healthy, or of a certificate that we do not know.</summary>
    /// <param name="server">With its status.</param>
    /// <param name="numbers">Every certificate's place.</param>
    /// <param name="now">When it was seen.</param>
    public static Mark? PromiseOf(CyrusServer server, IReadOnlyDictionary<string, int> numbers, long now) =>
        MailServer.IsHealthy(server)
        && server.Status!.Pods is [{ CertificateSha256: { } leaf }, ..]
        && numbers.TryGetValue(leaf, out var certificate)
            ? new Mark(now, certificate, ConfigurationIn(server.Spec.ImapdConf ?? "") ?? 0)
            : null;

    /// <summary>What cannot be so in a status that says healthy.</summary>
    public static IEnumerable<string> LiesOf(CyrusServer server)
    {
        if (!MailServer.IsHealthy(server))
            yield break;
        var status = server.Status!;
        if (server.Spec.ImapdConf?.Contains(Spoiled, StringComparison.Ordinal) == true)
            yield return "healthy with an imapd.conf that no worker could read";
        if (status.HealthyDigest != status.TargetDigest)
            yield return $"healthy, and its target {status.TargetDigest} is not {status.HealthyDigest}, which was proved";
        if (status.Pods.Count != server.Spec.Replicas || status.HealthyReplicas != server.Spec.Replicas)
            yield return $"healthy with {status.HealthyReplicas} healthy pods of {status.Pods.Count}, and {server.Spec.Replicas} are wanted";
        foreach (var pod in status.Pods)
        {
            if (pod.Served is not { Length: > 0 } served || status.TargetDigest?.StartsWith(served, StringComparison.Ordinal) != true)
                yield return $"healthy, and {pod.Name} serves {pod.Served ?? "nothing"} instead of {status.TargetDigest}";
            if (pod.Stale > 0)
                yield return $"healthy with {pod.Stale} old idle workers in {pod.Name}";
            if (pod.CertificateSha256 != status.Pods[0].CertificateSha256)
                yield return $"healthy, and {pod.Name} shows another certificate than {status.Pods[0].Name}";
        }
    }

    [GeneratedRegex(@"\b(?:maxmessagesize: |APPENDLIMIT=)(\d+)")]
    private static partial Regex NamePattern();
}
