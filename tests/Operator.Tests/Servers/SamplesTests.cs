using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Servers.Rendering;
using Operator.Testing.Mail;
using YamlDotNet.Serialization;

namespace Operator.Tests.Servers;

public sealed class SamplesTests
{
    public static TheoryData<string> Samples =>
        [.. Directory.GetFiles(Testing.Repository.PathOf("config", "samples"), "*.yaml").Select(static path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_renders(string name)
    {
        var server = Read(name);
        var certificate = server.Spec.Tls?.DnsNames is { } names ? TestCertificate.Create(Make.Now, names) : Make.Certificate;

        var rendered = BundleRenderer.Render(server, Make.InputsOf(certificate), Make.Now);

        rendered.Problem.ShouldBeNull();
    }

    private static CyrusServer Read(string name)
    {
        var yaml = File.ReadAllText(Testing.Repository.PathOf("config", "samples", name));
        var document = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        var json = new SerializerBuilder().JsonCompatible().Build().Serialize(document);
        return JsonNode.Parse(json)!.Deserialize(EntitiesJson.Default.CyrusServer)!;
    }
}
