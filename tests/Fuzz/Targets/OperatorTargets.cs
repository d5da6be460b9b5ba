using System.Text;
using Fuzz.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Operator.Admission;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Entities.Tls;
using Operator.Kubernetes.Api;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;

namespace Fuzz.Targets;

/// <summary>What users write into a CyrusServer and what it names, and what is posted to the webhook.</summary>
internal static class OperatorTargets
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyList<ImapdOption> Ours = RenderedOptions(Server(""), []).Options;

    private static readonly string[] ReviewWords =
    [
        "\"services\":[null]", "\"imapdConfFrom\":[null]", "\"name\":null", "\"spec\":null", "\"metadata\":null", "\"tls\":{\"dnsNames\":[null]}", "\"serviceCertificates\":[null]", "\"service\":{\"ports\":[null]}",
        "\"imapdConf\":\"" + Canary.Text + "\"", "\"cyrusConf\":\"SERVICES {\\n\"", "\"replicas\":-1", "\"operation\":\"UPDATE\"", "\"oldObject\":null", "\"object\":{}", "\"storage\":{\"spool\":{\"size\":null}}",
        "\"affinity\":null", "\"tolerations\":[null]", "\"dnsNames\":[\"" + Canary.Text + "\"]", "\"protocol\":\"gopher\"", "\"imagePullSecrets\":[null]", "\"annotations\":{\"a\":null}", ",",
    ];

    /// <summary>The targets.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("cyrus-conf-text", CyrusConfTextHolds) { Words = ConfigurationTargets.CyrusWords, Iterations = 12000, BytesPerByte = 8192 },
        new("imapd-conf-texts", TextsHold) { Words = ConfigurationTargets.ImapdWords, Iterations = 6000, BytesPerByte = 16 * 1024 },
        new("admission", AdmissionHolds) { Mutate = JsonMutation.Mutate, Words = ReviewWords, Iterations = 8000, BytesPerByte = 16 * 1024 },
        new("host-names", HostNamesHold) { Words = ["*.", ".", "a.b", "-", "xn--", "_"], Iterations = 40000 },
    ];

    /// <summary>What is accepted is, when rendered, the same but for the commands, and those are Cyrus' own programs.</summary>
    private static void CyrusConfTextHolds(byte[] input)
    {
        var text = ConfigurationTargets.TextOf(input);
        var read = CyrusConfText.Read(text, hasTls: true);
        _ = CyrusConfText.Read(text, hasTls: false);
        if (read.Problem is not null)
            return;
        var (before, after) = (CyrusConf.Parse(text), CyrusConf.Parse(CyrusConfText.Render(text)));
        InvariantException.Unless(before.Entries.Select(Outline).SequenceEqual(after.Entries.Select(Outline)), "what was rendered says something else");
        InvariantException.Unless(after.Problems.All(static problem => problem.AtStart == CyrusConfSeverity.Warning), "what was rendered is fatal to the master");
        foreach (var entry in after.Entries)
        {
            var directory = entry.Section == "SERVICES" ? PodPaths.ServiceBinaries : PodPaths.ImageServiceBinaries;
            InvariantException.Unless(Path.GetDirectoryName(entry.Program) == directory, $"a program is not in {directory}: {entry.Program}");
            InvariantException.Unless(entry.Command.Split(" -C").Length <= 2 && !entry.Command.Contains(" -M", StringComparison.Ordinal), "a command names another configuration");
        }
        InvariantException.Unless(read.Listeners.Select(static one => one.Place).Distinct().Count() == read.Listeners.Count, "two listeners are at one place");
    }

    private static string Outline(CyrusConfEntry entry) =>
        $"{entry.Section} {entry.Name} {entry.Line} {string.Join(' ', entry.Arguments.Select(static one => one.Key == "cmd" ? "cmd" : $"{one.Key}={one.Value}"))}";

    /// <summary>What is accepted adds its own options and changes none of ours; what is refused is not quoted.</summary>
    private static void TextsHold(byte[] input)
    {
        var text = ConfigurationTargets.TextOf(input);
        var server = Server(text);
        if (BundleRenderer.Render(server, new ServerInputs(null, null), Now).Problem is { } problem)
            Canary.ShouldNotBeIn(IsFileName(text) ? null : problem.Message);
        else
            ShouldKeepOurs(RenderedOptions(server, []), ImapdConf.Parse(text + "\n\n").Options);
        var reference = new KeyReference { Name = "db", Key = "sql.conf" };
        var secret = new V1Secret { Data = new Dictionary<string, byte[]> { [reference.Key] = input } };
        var inputs = new ServerInputs(null, null).With(ConfText.From("spec.imapdConfFrom[0]", new ObjectKey("post", "db"), reference, secret));
        if (BundleRenderer.Render(Server("admins: cyrus\n"), inputs, Now).Problem is { } other)
            Canary.ShouldNotBeIn(other.Message);
        else
            ShouldKeepOurs(RenderedOptions(Server("admins: cyrus\n"), inputs.Texts), [.. ImapdConf.Parse("admins: cyrus\n" + text + "\n\n").Options]);
    }

    // A path of spec.imapdConf, which is no secret, may be named.
    private static bool IsFileName(string text) => text.Contains(BundleFiles.GenerationToken, StringComparison.Ordinal);

    private static void ShouldKeepOurs(ImapdConf rendered, IReadOnlyList<ImapdOption> theirs)
    {
        InvariantException.Unless(rendered.Errors.Count == 0, "what was rendered is refused");
        InvariantException.Unless(ConfigurationTargets.SameOptions(rendered.Options, theirs.Concat(Ours)), "what was rendered has other options");
        InvariantException.Unless(!theirs.Any(static one => Ours.Any(ours => ours.Key == one.Key || one.Key == $"imap_{ours.Key}")), "an option that we manage is theirs");
    }

    private static ImapdConf RenderedOptions(CyrusServer server, IReadOnlyList<ConfText> more) => ImapdConf.Parse(ImapdConfRenderer.Render(server, ImapdConfTexts.Of(server, more)));

    private static CyrusServer Server(string imapdConf) => new()
    {
        Metadata = new V1ObjectMeta { Name = "mail", Namespace = "post" },
        Spec = new CyrusServerSpec { ImapdConf = imapdConf, Services = [new ServiceSpec { Name = "imap", Protocol = MailProtocol.Imap, Port = 1143 }] },
    };

    /// <summary>Whoever reaches the webhook's port may post what he likes.</summary>
    private static void AdmissionHolds(byte[] input)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(new BodySize());
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(input);
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        AdmissionEndpoint.AnswerAsync(context, context.Connection.LocalPort).GetAwaiter().GetResult();
        InvariantException.Unless(context.Response.StatusCode is 200 or 400, $"the answer is {context.Response.StatusCode}");
        InvariantException.Unless(answer.Length <= 4096 + (2 * input.Length), $"{input.Length} bytes were answered with {answer.Length}");
        var text = Encoding.UTF8.GetString(answer.ToArray());
        // The answer names the question and repeats names of the spec; a value of imapdConf is none of them.
        if (!ConfigurationTargets.TextOf(input).Replace($"\"imapdConf\":\"{Canary.Text}\"", "", StringComparison.Ordinal).Contains(Canary.Text, StringComparison.Ordinal))
            Canary.ShouldNotBeIn(text);
    }

    private static void HostNamesHold(byte[] input)
    {
        var names = ConfigurationTargets.TextOf(input).Split('\n');
        foreach (var name in names)
        {
            InvariantException.Unless(HostNames.Covers(name, name), "a name does not cover itself");
            InvariantException.Unless(!HostNames.IsName(name) || (name.Length <= 254 && name.All(static one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' or '*')), "a name is none");
        }
        _ = HostNames.FirstUncovered(names, ["*.example.org", "mail.test"]);
    }

    private sealed class BodySize : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; }
    }
}
