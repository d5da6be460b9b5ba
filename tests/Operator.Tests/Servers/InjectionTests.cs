using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;
using Operator.Testing.Mail;

namespace Operator.Tests.Servers;

/// <summary>No text of the spec but those that are configuration can put a line into a file of Cyrus.</summary>
public sealed class InjectionTests
{
    private static readonly string[] Configuration = ["$.imapdConf", "$.cyrusConf"];
    private static readonly Func<string, string>[] Attacks = [static text => text + "\n", static text => text + "\nadmins: evil", static _ => "\r\nadmins: evil\r\n"];

    private static readonly TestCertificate Rsa = TestCertificate.CreateRsa(Make.Now, 2048);

    [Fact]
    public void Nothing_but_configuration_reaches_a_line_of_its_own()
    {
        foreach (var spec in FullSpecs.All)
        {
            var plain = Render(spec);
            plain.Problem.ShouldBeNull();
            foreach (var path in TextsOf(ToJson(spec)).Select(static text => text.GetPath()).Except(Configuration))
            {
                foreach (var attack in Attacks)
                    ShouldAddNoLine(spec, path, attack, plain.Bundle!);
            }
        }
    }

    [Fact]
    public void Every_text_of_the_spec_is_tried()
    {
        var tried = FullSpecs.All.SelectMany(static spec => TextsOf(ToJson(spec))).Select(static text => WithoutIndexes(text.GetPath())).ToHashSet();

        // What is not of the operator's own types goes to the API server as it is, and nowhere else.
        PathsOf(typeof(CyrusServerSpec), "$").Where(path => !tried.Contains(path)).ShouldBeEmpty();
    }

    private static void ShouldAddNoLine(CyrusServerSpec spec, string path, Func<string, string> attack, Bundle plain)
    {
        var json = ToJson(spec);
        var text = TextsOf(json).Single(text => text.GetPath() == path);
        text.ReplaceWith(JsonValue.Create(attack(text.GetValue<string>())));
        if (FromJson(json) is not { } attacked || Render(attacked).Bundle is not { } bundle)
            return; // no schema lets it in, or it is refused
        foreach (var file in (string[])[BundleFiles.ImapdConf, BundleFiles.CyrusConf])
            LinesOf(bundle, file).ShouldBe(LinesOf(plain, file), $"{path} in {file}");
    }

    private static Rendered Render(CyrusServerSpec spec)
    {
        var server = Make.Server(_ => spec);
        var inputs = Make.Inputs().WithAlternate(Make.InputsOf(Rsa));
        foreach (var own in spec.Tls?.ServiceCertificates ?? [])
            inputs = inputs.WithService(own.Service, Make.Inputs());
        foreach (var reference in (spec.ImapdConfFrom ?? []).Select(static source => source.SecretKeyRef ?? source.ConfigMapKeyRef!))
        {
            var secret = new V1Secret { Data = new Dictionary<string, byte[]> { [reference.Key] = [] } };
            inputs = inputs.With(ConfText.From("field", new ObjectKey("post", reference.Name), reference, secret));
        }
        return BundleRenderer.Render(server, inputs, Make.Now);
    }

    private static string[] LinesOf(Bundle bundle, string file) => Encoding.UTF8.GetString(bundle.Files[file]).Split('\n');

    private static JsonNode ToJson(CyrusServerSpec spec) => JsonSerializer.SerializeToNode(Make.Server(_ => spec), EntitiesJson.Default.CyrusServer)!["spec"]!.DeepClone();

    private static CyrusServerSpec? FromJson(JsonNode spec)
    {
        try
        {
            return new JsonObject { ["spec"] = spec }.Deserialize(EntitiesJson.Default.CyrusServer)!.Spec;
        }
        catch (JsonException)
        {
            return null; // a word that is none of an enumeration
        }
    }

    private static IEnumerable<JsonValue> TextsOf(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(static one => TextsOf(one.Value)).ToList(),
        JsonArray list => list.SelectMany(TextsOf).ToList(),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value],
        _ => [],
    };

    private static IEnumerable<string> PathsOf(Type type, string path)
    {
        if (type == typeof(string))
            return [path];
        if (type.IsGenericType && type.GetInterfaces().Append(type).Any(static one => one == typeof(IEnumerable)))
            return type.GetGenericArguments().Length == 1 ? PathsOf(type.GetGenericArguments()[0], path) : [];
        return type.Assembly == typeof(CyrusServerSpec).Assembly && !type.IsEnum
            ? type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .SelectMany(property => PathsOf(property.PropertyType, $"{path}.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}"))
            : [];
    }

    private static string WithoutIndexes(string path) => string.Concat(path.Split('[').Select(static part => part[(part.IndexOf(']', StringComparison.Ordinal) + 1)..]));
}
