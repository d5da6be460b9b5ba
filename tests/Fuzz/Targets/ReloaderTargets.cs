using System.Globalization;
using System.Text;
using Fuzz.Engine;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Metrics;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;
using Operator.Reloader.Processes;
using Operator.Reloader.Proof;
using Operator.Reloader.Reports;
using Operator.Reloader.Syslog;

namespace Fuzz.Targets;

/// <summary>What the sidecar reads: requests of strangers, what processes of the pod say, /proc.</summary>
internal static class ReloaderTargets
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] RequestWords =
    [
        "GET /v1/report?after=1&instance=a&wait=25 HTTP/1.1\r\n", "Cyrus-Report-Nonce: ", "Cyrus-Report-Mac: ", "Accept: application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=NaN\r\n",
        "?", "&", "=", "%", "%ff%fe", "%0d%0aX: y", " HTTP/1.0", "\r\n", ": ", "//../..",
    ];

    private static readonly string[] LineWords =
    [
        "\"number\":9223372036854775807", "\"unsent\":9223372036854775807", "\"lostInAll\":9223372036854775807", "\"origin\":1", "\"origin\":2", "\"unsent\":-9223372036854775808", "\"number\":-9223372036854775808",
        "\"level\":\"crit\"", "\"service\":\"master\"", "\"pid\":1", "\"message\":\"\\u0000\\u2028x\"", "\"time\":\"2026-11-23T12:00:00Z\"", ",",
    ];

    /// <summary>The targets.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("http-request", RequestHolds) { Words = RequestWords, Iterations = 40000 },
        new("syslog", SyslogHolds) { Mutate = JsonMutation.Mutate, Words = LineWords, Iterations = 8000 },
        new("proc", ProcHolds) { Words = [") ", ") S 1 ", "\nSigCgt:\t", "\nThreads:\t", "CYRUS_SERVICE=", "socket:[", "  0: 00000000:0477 ", "ffffffffffffffff", " "], Iterations = 60000 },
        new("state-file", StateHolds) { Mutate = JsonMutation.Mutate, Words = ["\"Past\":[null]", "\"Past\":[{\"Digest\":null,\"Until\":1}]", "\"Epoch\":9223372036854775807", "\"Digest\":\"a\"", ","], Iterations = 12000 },
        new("preflight-conf", PreflightHolds) { Words = ConfigurationTargets.ImapdWords, Iterations = 12000 },
        new("server-words", WordsHold) { Words = ["* OK", "p1 OK", "+OK", "250-", "250 ", "220", "HTTP/1.1 200", "\"IMPLEMENTATION\"", "OK", "fatal error: ", "'", "cyrus-imapd 3.10.2", "3.", "."], Iterations = 32000 },
    ];

    private static void RequestHolds(byte[] input)
    {
        _ = MetricsFormat.For(Encoding.Latin1.GetString(input));
        if (HttpRequest.Parse(input) is not { } request)
            return;
        InvariantException.Unless(request.Path.StartsWith('/') && !request.Target.Contains(' ', StringComparison.Ordinal), "the path is none");
        foreach (var name in (string[])[ReportAuthentication.NonceHeader, ReportAuthentication.VersionHeader, ReportAuthentication.MacHeader, "Accept"])
            InvariantException.Unless(request.Header(name)?.Contains("\r\n", StringComparison.Ordinal) != true, "a header goes over several lines");
        foreach (var name in (string[])["after", "instance", "wait"])
            _ = request.Query(name);
        var printed = Encoding.Latin1.GetBytes($"{request.Method} {request.Target} HTTP/1.1");
        var again = HttpRequest.Parse(printed);
        InvariantException.Unless(again?.Target == request.Target && again.Query("instance") == request.Query("instance"), "what was printed is read as something else");
    }

    private static void SyslogHolds(byte[] input)
    {
        var gaps = new SyslogGaps();
        var lines = new List<SyslogLine>();
        foreach (var line in Mutator.Lines(input))
        {
            if (!SyslogLine.TryParse(line, out var read))
                continue;
            lines.Add(read);
            InvariantException.Unless(SyslogLine.Shorten(read.Message) is { Length: <= 300 } quote && quote.IndexOfAny(['\n', '\r', '\u2028']) < 0, "the quote is long, or several lines");
            if (read.Count is { } count)
                gaps.Arrived(count);
            InvariantException.Unless(gaps.Missed >= 0 && gaps.LostLines >= 0, "fewer than nothing were lost");
        }
        _ = SyslogReceiver.Cause(lines);
    }

    private static void ProcHolds(byte[] input)
    {
        if (ProcText.TryStat(input, out var stat))
        {
            var fields = string.Join(' ', Enumerable.Repeat("0", 17));
            var printed = Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"1 (x) {stat.State} {stat.Parent} {fields} {stat.Start} 0"));
            InvariantException.Unless(ProcText.TryStat(printed, out var again) && again == stat, "what was printed is read as something else");
        }
        _ = ProcText.CatchesHangup(input);
        _ = ProcText.HasThreads(input);
        if (ProcText.TryVariable(input, "CYRUS_SERVICE"u8, out var value))
            InvariantException.Unless(!value.Contains((byte)0), "the value of a variable goes on into the next");
        InvariantException.Unless(ProcText.SocketInode(input) >= 0 || input.AsSpan().StartsWith("socket:[-"u8), "the inode is none");
        var table = new TcpTable();
        table.Add(input, new HashSet<long> { 1, 4711 });
        _ = table.HasClient(4711, [1, 4711]);
    }

    private static void StateHolds(byte[] input)
    {
        using var directory = new ScratchDirectory();
        directory.Write("state", input);
        var state = new StateFile(System.IO.Path.Combine(directory.Path, "state")).Read();
        foreach (var next in (ReloadState[])[state, state.Resume("active", 5), state.Resume(state.Digest, 5), state.WithMaster(7)])
        {
            _ = next.NeededSince(1).ToList();
            InvariantException.Unless(next.PastAt(9).All(static past => past is { Digest: not null }), "a past generation is null");
        }
    }

    private static void PreflightHolds(byte[] input)
    {
        const string Scratch = "/scratch";
        var text = ConfigurationTargets.TextOf(input);
        var conf = ImapdConf.Parse(PreflightConf.Render(text, "imap", Scratch));
        InvariantException.Unless(conf.Errors.All(static error => error.Message.Contains("twice", StringComparison.Ordinal)), "the trial's imapd.conf cannot be read");
        foreach (var option in conf.Options.Where(static option => option.Key is "configdirectory" or "imap_configdirectory" or "proc_path" or "lmtpsocket" || option.Key.StartsWith("partition-", StringComparison.Ordinal)))
            InvariantException.Unless(option.Value.StartsWith(Scratch, StringComparison.Ordinal), $"the trial would write to {option.Key} of the live server");
        var kept = conf.Options.Where(static option => !option.Value.StartsWith(Scratch, StringComparison.Ordinal)).ToList();
        InvariantException.Unless(kept.TrueForAll(option => ImapdConf.Parse(text).Options.Any(one => one.Key == option.Key && one.Value == option.Value)), "an option of the trial is none of the configuration");
        InvariantException.Unless(conf.Options.Any(static option => option.Key == "configdirectory"), "the trial has no configdirectory of its own");
    }

    private static void WordsHold(byte[] input)
    {
        var text = ConfigurationTargets.TextOf(input);
        foreach (var protocol in Enum.GetValues<MailProtocol>())
        {
            foreach (var step in Enum.GetValues<Step>())
                InvariantException.Unless(Enum.IsDefined(MailDialogue.Read(protocol, step, text)), "the answer is none");
        }
        InvariantException.Unless(ConfLint.FatalLine(text, 1).Length < 1000, "the sentence is long");
        InvariantException.Unless(ServerVersion.Read(text).Count is 1 or 4, "the version is none");
        _ = SyslogLine.Shorten(text);
    }
}
