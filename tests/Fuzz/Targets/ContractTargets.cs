using System.Text.Json;
using Fuzz.Engine;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;
using Operator.Servers.Rollout;
using Operator.Servers.Status;
using Operator.Servers.Telemetry;

namespace Fuzz.Targets;

/// <summary>What operator and sidecar say to each other.</summary>
internal static class ContractTargets
{
    private const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReportKey Key = ReportKey.Create();

    private static readonly string[] ReportWords =
    [
        "\"instance\":\"", "\"revision\":", "\"phase\":\"Failed\"", "\"phase\":\"Healthy\"", "\"certificates\":[null]", "\"saturated\":[null]", "\"pendingRestart\":[null]", "\"workers\":{\"draining\":2147483647}",
        "\"phaseSeconds\":{\"Checking\":1e999}", "\"reason\":\"not a word\"", "\"message\":\"", "\"rejected\":\"" + Digest + "\"", "\"desired\":\"" + Digest + "\"", "\"subject\":null", "\"service\":null",
        "\"notAfter\":\"2026-12-01T00:00:00Z\"", "\"nudge\":7", "\"disconnected\":{\"told\":2147483647,\"terminated\":1}", ",",
    ];

    /// <summary>The targets.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("report", ReportHolds) { Mutate = JsonMutation.Mutate, Words = ReportWords, Documented = [typeof(JsonException)] },
        new("settings", SettingsHold) { Mutate = JsonMutation.Mutate, Words = ["\"signal\":\"Master\"", "\"dnsNames\":[null]", "\"quietTimeoutSeconds\":-1", "\"drain\":3", "\"whenNotQuiet\":\"Roll\"", ","], Iterations = 24000 },
        new("listeners", ListenersHold) { Mutate = JsonMutation.Mutate, Words = ["{\"service\":\"imap\",\"protocol\":\"imap\",\"port\":1143,\"tls\":\"none\"}", "\"path\":\"/run/x\"", "[null]", ","], Documented = [typeof(ReloadFailure)] },
        new("report-key", ReportKeyHolds) { Iterations = 32000 },
        new("bundle", BundleHolds) { Words = ["current.", "last-good.", "imapd.conf", "tls-", ".crt", ".key", "..", "tls-alternate.crt"], Iterations = 24000 },
        new("mounted", MountedHolds) { Words = [Digest, "\n---\n"], Iterations = 4000 },
    ];

    /// <summary>A report is made with the right key by a pod that is no longer its own: all that the operator does with it is done.</summary>
    private static void ReportHolds(byte[] input)
    {
        var exchange = new ReportExchange(Key);
        var nonce = exchange.Headers.Single(static header => header.Key == ReportAuthentication.NonceHeader).Value;
        var report = exchange.Read(200, ReportAuthentication.MacOfAnswer(Key, nonce, 200, input), input);
        var printed = JsonSerializer.SerializeToUtf8Bytes(report, ContractJson.Default.ReloadReport);
        var again = JsonSerializer.Deserialize(printed, ContractJson.Default.ReloadReport)!;
        InvariantException.Unless(printed.AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(again, ContractJson.Default.ReloadReport)), "what was printed is read as something else");
        _ = new Uri($"http://198.18.0.1:{PodPaths.ReportPort}{new ReportExchange(Key, report, 25).Target}");
        Judge(report);
    }

    private static void Judge(ReloadReport report)
    {
        var server = new CyrusServer { Metadata = new V1ObjectMeta { Name = "mail", Namespace = "post", Uid = "u" }, Spec = new CyrusServerSpec { Replicas = 2 } };
        PodView[] pods = [.. Enumerable.Range(0, 2).Select(index => new PodView { Name = $"mail-{index}", Incarnation = $"{index}", Ip = "198.18.0.1", Annotated = Digest, Nudge = report.Nudge, Report = report })];
        var plan = RolloutPlan.Decide(new RolloutGoal { Digest = Digest, Replicas = 2, Rules = new RolloutSpec() }, pods, Now);
        var choice = new TargetChoice(null, null, null);
        var seen = new Observation { Server = server, Now = Now, Target = Digest, Pods = pods, Plan = plan, Rejected = choice.RejectedAfter(plan) };
        var status = StatusBuilder.Build(seen);
        var json = JsonSerializer.SerializeToUtf8Bytes(status, EntitiesJson.Default.CyrusServerStatus);
        InvariantException.Unless(json.Length < 256 * 1024, $"the status would have {json.Length} bytes");
        foreach (var one in StatusEvents.Between(new CyrusServerStatus(), status))
            InvariantException.Unless(one.Reason.All(char.IsAsciiLetterOrDigit), $"the reason of an Event is no word: {one.Reason}");
        foreach (var condition in status.Conditions)
            InvariantException.Unless(condition.Reason!.Length is > 0 and <= 128 && condition.Reason.All(char.IsAsciiLetterOrDigit), $"the reason of a condition is no word: {condition.Reason}");
        using var metrics = new ServerMetrics();
        metrics.Saw(seen, status);
    }

    private static void SettingsHold(byte[] input)
    {
        var settings = ReloadSettings.FromJson(input);
        InvariantException.Unless(ReloadSettings.FromJson(settings.ToJson()).Equals(settings), "what was printed is read as something else");
        InvariantException.Unless(settings.DnsNames.All(static name => name is not null), "a host name is null");
    }

    private static void ListenersHold(byte[] input)
    {
        using var directory = new ScratchDirectory();
        directory.Write(BundleFiles.Listeners, input);
        var listeners = GenerationFacts.ReadListeners(directory.Path);
        InvariantException.Unless(listeners.All(static one => one is { Service: not null }), "a listener is null");
        InvariantException.Unless(listeners.All(static one => Enum.IsDefined(one.Protocol) && Enum.IsDefined(one.Tls)), "a word is none");
        directory.Write(BundleFiles.Listeners, JsonSerializer.SerializeToUtf8Bytes(listeners, ContractJson.Default.IReadOnlyListListener));
        InvariantException.Unless(GenerationFacts.ReadListeners(directory.Path).SequenceEqual(listeners), "what was printed is read as something else");
    }

    private static void ReportKeyHolds(byte[] input)
    {
        var key = ReportKey.Parse(input);
        InvariantException.Unless(key is null || ReportKey.Parse(key.ToText())!.ToText().AsSpan().SequenceEqual(key.ToText()), "what was printed is read as something else");
        var parts = ConfigurationTargets.TextOf(input).Split('\n');
        var (nonce, mac) = (parts[0], parts[^1]);
        InvariantException.Unless(!ReportAuthentication.IsAllowed(Key, nonce, "1", "/v1/report", mac), "a stranger is let in");
    }

    private static void BundleHolds(byte[] input)
    {
        var names = ConfigurationTargets.TextOf(input).Split('\n').Distinct(StringComparer.Ordinal).ToList();
        var data = names.Select((name, index) => new KeyValuePair<string, byte[]>(name, [(byte)index])).ToList();
        var (current, lastGood) = (BundleFiles.Take(data, BundleFiles.CurrentPrefix), BundleFiles.Take(data, BundleFiles.LastGoodPrefix));
        InvariantException.Unless(current.Keys.All(name => names.Contains(BundleFiles.CurrentPrefix + name)), "a file came from nowhere");
        InvariantException.Unless(BundleDigest.Compute(current).Length == BundleDigest.Length, "the digest is none");
        InvariantException.Unless(current.SequenceEqual(lastGood) || BundleDigest.Compute(current) != BundleDigest.Compute(lastGood), "two bundles have one digest");
        foreach (var service in names.Select(BundleFiles.ServiceOf).OfType<string>())
            InvariantException.Unless(BundleFiles.ServiceOf(BundleFiles.CertificateOf(service)) == service && BundleFiles.ServiceOf(BundleFiles.KeyOf(service)) == service, "a service has another's file");
    }

    private static void MountedHolds(byte[] input)
    {
        using var directory = new ScratchDirectory();
        foreach (var name in (string[])[PodPaths.DesiredFile, PodPaths.NudgeFile, BundleFiles.Settings, BundleFiles.ReportKey, BundleFiles.CurrentPrefix + BundleFiles.ImapdConf])
            directory.Write(name, input);
        var source = new BundleSource(directory.Path);
        var mounted = source.TryRead(out var obstacle);
        InvariantException.Unless(mounted is not null, $"it cannot be read: {obstacle}");
        InvariantException.Unless(mounted!.Desired is null || mounted.Desired.Trim() == mounted.Desired, "the digest that is asked for is no word");
        _ = source.TryReadReportKey();
        _ = source.TryReadSettings();
    }
}
