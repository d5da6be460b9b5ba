using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Admission;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Servers;
using Operator.Servers.Children;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;
using Operator.Testing;
using Operator.Testing.Mail;
using Operator.Tests.Admission;
using Operator.Tests.Servers.Children;

namespace Operator.Tests.Servers;

/// <summary>
/// Every text of a spec, with values that would like to be something else. Each is refused with the name of its field, or it stands as a whole where it
/// belongs and nowhere else: the golden file says where that is.
/// </summary>
public sealed class HostileTextsTests
{
    private const int LongestMessage = 2100;

    private static readonly ApiOffers Newest = new() { PolicyV1 = true, Certificates = true, ServiceMonitors = true };
    private static readonly TestCertificate Rsa = TestCertificate.CreateRsa(Make.Now, 2048);

    // Written by users as it is; what is in it is judged by InjectionTests and the fuzzer.
    private static readonly string[] Configuration = ["imapdConf", "cyrusConf"];

    private static readonly string[] Hostile =
    [
        "x\nadmins: evil", "x\r\nadmins: evil\r\n", "../../etc/shadow", "/etc/shadow", "a\0b", "$(reboot)", "$(POD_NAME)", "`id`", "a; reboot", "a\" b", "a' b", "{", "}", "{generation}/tls.key",
        "a: b\n---\nc: d", "a\u2028b", "\u202egnp.exe", "-C /etc/evil.conf", " ", "", new string('a', 1 << 20),
    ];

    [Fact]
    public void A_hostile_text_is_refused_by_the_name_of_its_field_or_stands_where_it_belongs()
    {
        var lines = new StringBuilder();
        foreach (var path in SpecTexts.Paths)
        {
            var spec = SpecOf(path);
            var places = new SortedSet<string>(StringComparer.Ordinal);
            var plain = Outcome.Of(spec);
            var refused = Hostile.Count(text => !Try(path, text, spec, plain, places));
            var shown = refused == Hostile.Length ? "refused" : (refused > 0 ? "refused at times; " : "") + (places.Count > 0 ? string.Join(", ", places) : "nowhere");
            lines.Append($"spec.{path}: {shown}\n");
        }

        lines.ToString().ShouldBe(Golden.Expected("tests/Operator.Tests/Servers/Golden/texts.txt", lines.ToString()));
    }

    [Fact]
    public void No_text_gets_into_a_command_a_mount_or_the_rights_of_a_pod()
    {
        var places = File.ReadAllText(Testing.Repository.PathOf("tests", "Operator.Tests", "Servers", "Golden", "texts.txt"));

        foreach (var word in (string[])["command", "args", ".env", "mountPath", "subPath", "volumes", "securityContext", "serviceAccount", "hostPath", ".path", "podSelector", "ownerReferences", "imapd.conf", "cyrus.conf"])
            places.ShouldNotContain(word, Case.Sensitive);
    }

    [Fact]
    public void What_a_live_pod_is_asked_for_cannot_be_written_into_its_template()
    {
        var annotations = new Dictionary<string, string> { [AnnotationKeys.Digest] = "evil", [AnnotationKeys.Nudge] = "9", [AnnotationKeys.RestartDigest] = "evil", ["mine"] = "x" };
        var server = Make.Server(spec => spec with { Pod = new() { Annotations = annotations, Labels = new Dictionary<string, string> { [AnnotationKeys.ServerLabel] = "another" } } });

        var template = StatefulSetBuilder.Build(server, Make.Options, World.RestartDigest, live: null).Spec!.Template!.Metadata!;

        template.Annotations.ShouldBe(new Dictionary<string, string> { ["mine"] = "x", [AnnotationKeys.RestartDigest] = World.RestartDigest }, ignoreOrder: true);
        template.Labels![AnnotationKeys.ServerLabel].ShouldBe("mail");
    }

    /// <summary>Whether it is taken; notes the places that it comes to.</summary>
    private static bool Try(string path, string text, JsonObject spec, Outcome plain, SortedSet<string> places)
    {
        var attacked = SpecTexts.With(spec, path, text);
        if (ServerOf(attacked) is not { } server)
        {
            // A word that is none of an enumeration: the webhook's answer names the field.
            var review = Review.Creation(Make.Server()) with { Object = Review.Json(new JsonObject { ["spec"] = attacked.DeepClone() }.ToJsonString()) };
            ShouldName(path, AdmissionRules.Answer(review).Status!.Message!);
            return false;
        }
        var outcome = Outcome.Of(server);
        if (!Configuration.Contains(path))
            ShouldDifferBy(text, path, plain.Leaves, outcome.Leaves, places);
        if (outcome.Problem is not { } problem)
            return true;
        ShouldName(path, problem.Message);
        return false;
    }

    private static void ShouldName(string path, string message)
    {
        message.ShouldContain("spec." + path.Split('.', '[', '{')[0]);
        message.Length.ShouldBeLessThan(LongestMessage);
        message.Any(char.IsControl).ShouldBeFalse(message);
    }

    /// <summary>What is there only now holds the text and nothing but it, or, where it is a key, is the harmless value below it.</summary>
    private static void ShouldDifferBy(string text, string path, Dictionary<string, string> plain, Dictionary<string, string> attacked, SortedSet<string> places)
    {
        foreach (var (place, value) in attacked)
        {
            if (plain.TryGetValue(place, out var before) && before == value)
                continue;
            var isKey = path.EndsWith("{key}", StringComparison.Ordinal);
            (isKey ? value == "x" && place.EndsWith(text, StringComparison.Ordinal) : value == text).ShouldBeTrue($"spec.{path} is at {place}: {value}");
            places.Add(isKey ? place[..^text.Length] + "KEY" : WithoutIndexes(place));
        }
    }

    private static string WithoutIndexes(string place) => System.Text.RegularExpressions.Regex.Replace(place, @"\[\d+\]", "[]");

    /// <summary>The spec in which the text has company: the second is the one with cyrusConf.</summary>
    private static JsonObject SpecOf(string path) => ToJson(FullSpecs.All[path == "cyrusConf" ? 1 : 0]);

    private static JsonObject ToJson(CyrusServerSpec spec) => JsonSerializer.SerializeToNode(Make.Server(_ => spec), EntitiesJson.Default.CyrusServer)!["spec"]!.DeepClone().AsObject();

    private static CyrusServer? ServerOf(JsonObject spec)
    {
        try
        {
            var read = new JsonObject { ["spec"] = spec.DeepClone() }.Deserialize(EntitiesJson.Default.CyrusServer)!.Spec;
            return Make.Server(_ => read);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>All that is made of a spec: the children as flat lists of texts, whatever is wrong with it; the bundle when nothing is.</summary>
    private sealed record Outcome(Dictionary<string, string> Leaves, InputProblem? Problem)
    {
        public static Outcome Of(JsonObject spec) => Of(ServerOf(spec)!);

        public static Outcome Of(CyrusServer server)
        {
            var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
            var statefulSet = StatefulSetBuilder.Build(server, Make.Options, World.RestartDigest, live: null);
            foreach (var child in ServerObjects.Sources(server, Newest).Concat(ServerObjects.All(server, statefulSet, Newest)).Select(static child => child.ToJson()).OfType<JsonObject>())
                Flatten(child, $"{child["kind"]}", leaves);
            var rendered = BundleRenderer.Render(server, InputsOf(server), Make.Now);
            foreach (var (name, content) in rendered.Bundle?.Files.Where(static file => file.Key is BundleFiles.ImapdConf or BundleFiles.CyrusConf) ?? [])
                leaves[name] = Encoding.UTF8.GetString(content);
            if (rendered.Bundle?.Files.TryGetValue(BundleFiles.Listeners, out var listeners) == true)
                Flatten(JsonNode.Parse(listeners), BundleFiles.Listeners, leaves);
            Flatten(JsonNode.Parse(BundleSecretBuilder.SettingsOf(server).ToJson()), BundleFiles.Settings, leaves);
            return new(leaves, rendered.Problem);
        }

        private static ServerInputs InputsOf(CyrusServer server)
        {
            var inputs = Make.Inputs().WithAlternate(Make.InputsOf(Rsa));
            foreach (var own in server.Spec.Tls?.ServiceCertificates ?? [])
                inputs = inputs.WithService(own.Service, Make.Inputs());
            return inputs;
        }

        private static void Flatten(JsonNode? node, string path, Dictionary<string, string> leaves)
        {
            switch (node)
            {
                case JsonObject map:
                    foreach (var (name, value) in map)
                        Flatten(value, $"{path}.{name}", leaves);
                    break;
                case JsonArray list:
                    for (var index = 0; index < list.Count; index++)
                        Flatten(list[index], $"{path}[{index}]", leaves);
                    break;
                default:
                    leaves[path] = node is JsonValue leaf && leaf.GetValueKind() == JsonValueKind.String ? leaf.GetValue<string>() : node?.ToJsonString() ?? "null";
                    break;
            }
        }
    }
}
