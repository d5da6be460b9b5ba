using System.Text.Json;
using System.Text.Json.Nodes;
using Generate;
using Operator.Entities.Servers;
using Operator.Servers.Rendering;
using Operator.Testing.Mail;
using Operator.Tests.Servers;
using YamlDotNet.Serialization;

namespace Operator.Tests.Repository;

/// <summary>What the pages show of a CyrusServer is what one can be.</summary>
public sealed class ExamplesTests
{
    private static readonly JsonObject Crd = CustomResourceDefinition.CyrusServer();

    private static readonly JsonObject Version = Crd["spec"]!["versions"]![0]!.AsObject();

    private static readonly JsonObject Schema = Version["schema"]!["openAPIV3Schema"]!.AsObject();

    public static TheoryData<string> Pages => [.. Markdown.Pages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_whole_server_renders(string page)
    {
        foreach (var (where, document) in DocumentsOf(page).Where(static one => IsServer(one.Document)))
        {
            var server = document.Deserialize(EntitiesJson.Default.CyrusServer)!;
            var certificate = server.Spec.Tls?.DnsNames is { } names ? TestCertificate.Create(Make.Now, names) : Make.Certificate;

            BundleRenderer.Render(server, Make.InputsOf(certificate), Make.Now).Problem.ShouldBeNull(where);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_server_or_a_part_of_one_has_fields_that_the_CRD_knows(string page)
    {
        foreach (var (where, document) in DocumentsOf(page).Where(static one => IsServer(one.Document) || IsPart(one.Document)))
            FaultsOf("", document, Schema).ShouldBeEmpty(where);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void What_kubectl_prints_has_the_columns_of_the_CRD(string page)
    {
        string[] columns = ["NAME", .. Version["additionalPrinterColumns"]!.AsArray().Select(static column => ((string)column!["name"]!).ToUpperInvariant())];
        foreach (var line in Markdown.Blocks(Markdown.Read(page)).SelectMany(static block => block.Text.Split('\n')))
        {
            if (line.StartsWith("NAME ", StringComparison.Ordinal) && line.Contains(" HEALTHY ", StringComparison.Ordinal))
                line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(columns, page);
        }
    }

    [Fact]
    public void A_field_or_a_word_that_the_CRD_does_not_know_is_found()
    {
        var part = Parse("spec:\n  tls: {secretname: mail-tls}\n  rollout: {signal: Workers, whenNotQuiet: Never}\n  services:\n    - {nam: imap}\n");

        FaultsOf("", part, Schema).ShouldBe([".spec.tls.secretname", ".spec.rollout.whenNotQuiet: Never", ".spec.services[].nam"]);
    }

    private static bool IsServer(JsonNode document) => (string?)document["kind"] == "CyrusServer";

    private static bool IsPart(JsonNode document) => document is JsonObject { Count: 1 } part && part.ContainsKey("spec");

    private static IEnumerable<(string Where, JsonNode Document)> DocumentsOf(string page) =>
        from block in Markdown.Blocks(Markdown.Read(page))
        where block.Language == "yaml"
        from document in block.Text.Split("\n---\n")
        let parsed = Parse(document)
        where parsed is JsonObject
        select ($"{page} line {block.Line}", parsed);

    private static JsonNode Parse(string yaml)
    {
        var document = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(document))!;
    }

    private static IEnumerable<string> FaultsOf(string path, JsonNode? value, JsonNode schema) => value switch
    {
        JsonObject map when schema["properties"] is JsonObject known => map.SelectMany(field =>
            known[field.Key] is { } inner ? FaultsOf($"{path}.{field.Key}", field.Value, inner) : [$"{path}.{field.Key}"]),
        JsonArray list => list.SelectMany(item => FaultsOf(path + "[]", item, schema["items"]!)),
        JsonValue word when schema["enum"] is JsonArray words && !words.Any(one => JsonNode.DeepEquals(one, word)) => [$"{path}: {word}"],
        _ => [],
    };
}
