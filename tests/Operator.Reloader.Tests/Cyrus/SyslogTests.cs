using System.Diagnostics;
using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Reloader.Logging;
using Operator.Reloader.Syslog;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>What a Cyrus process gives to syslog comes out as a line of JSON, and never holds the process up.</summary>
[Trait("needs", "cyrus")]
public sealed class SyslogTests(SyslogRelay relay, ITestOutputHelper output) : IClassFixture<SyslogRelay>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_of_each_service_show_with_their_worker_and_so_do_those_after_them()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, bundle => bundle with { Prefork = 1 }, masterPreamble: SyslogRelay.Preload());

        // More than one session of the same worker: between two of them all of its standard descriptors are /dev/null.
        for (var session = 0; session < 3; session++)
        {
            await LogInAsync(cyrus.Layout.Imap, implicitTls: false);
            await LogInAsync(cyrus.Layout.Imaps, implicitTls: true);
        }
        await cyrus.UntilAsync(() => Logins(cyrus, "imap").Count >= 3 && Logins(cyrus, "imaps").Count >= 3, Stop);

        var login = Logins(cyrus, "imaps")[^1];
        login.GetProperty("level").GetString().ShouldBe("notice");
        login.GetProperty("ident").GetString().ShouldBe("cyrus/imaps");
        login.GetProperty("facility").GetString().ShouldBe("mail");
        login.GetProperty("time").GetDateTimeOffset().ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(1));
        var workers = cyrus.Workers().Where(worker => worker.Service == "imaps").Select(worker => worker.Pid);
        Logins(cyrus, "imaps").Select(line => line.GetProperty("pid").GetInt32()).ShouldContain(pid => workers.Contains(pid));
        cyrus.HangUpMaster(); // an undisturbed one says nothing
        await cyrus.UntilAsync(() => SyslogRelay.Lines(cyrus.MasterLog).Any(line => Text(line, "service") == "master"), Stop);
    }

    [Fact]
    public async Task Fatal_error_of_a_worker_reaches_the_log_and_the_sidecar()
    {
        var directory = relay.NewDirectory();
        var socket = Path.Combine(directory, "syslog");
        await File.WriteAllTextAsync(socket, "what a killed sidecar left", Stop);
        await File.WriteAllTextAsync(Path.Combine(directory, "imapd.conf"), "configdirectory: /tmp\nno colon\n", Stop);
        var (receiver, _) = await ListenAsync(socket);
        using var listening = receiver;

        var before = TimeProvider.System.GetUtcNow();
        var worker = await RunAsync(
            $"{SyslogRelay.Preload(2)}; export CYRUS_SERVICE=imaps CYRUS_ID=1 CYRUS_SYSLOG_SOCKET={socket}; exec /usr/lib/cyrus/bin/imapd -C {directory}/imapd.conf");

        worker.ExitCode.ShouldBe(78, worker.Output); // EX_CONFIG
        var line = SyslogRelay.Lines(worker.Output).Last(one => Text(one, "level") is "err" or "crit");
        Text(line, "service").ShouldBe("imaps");
        Text(line, "message").ShouldContain("line 2");
        await Eventually(() => receiver.Since(before).Count > 0);
        receiver.Since(before)[^1].Message.ShouldBe(Text(line, "message"));
        receiver.Since(TimeProvider.System.GetUtcNow()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Refused_generation_says_what_its_worker_said()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, environment: ("CYRUS_RELOADER_PRELOAD_LIBRARY", PreloadLibrary.Path));

        var bad = cyrus.NewBundle() with { ExtraImapdConf = "tls_ciphers: NOSUCHCIPHER" };
        cyrus.Publish(bad);
        var report = await cyrus.WaitForAsync(seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Reason.ShouldBe("PreflightFailed");
        report.Message.ShouldNotBeNull().ShouldContain("cipher list");
    }

    [Fact]
    public async Task Lines_of_many_processes_at_once_come_out_whole_and_once_or_are_counted()
    {
        const int Processes = 32;
        const int Each = 3000;
        var (receiver, socket) = await ListenAsync();
        using var listening = receiver;
        var shouts = string.Join(' ', Enumerable.Range(0, Processes).Select(number => $"CYRUS_SERVICE=s{number} {relay.Shouter} {Each} x &"));

        var child = await RunAsync($"{SyslogRelay.Preload()} CYRUS_SYSLOG_SOCKET={socket}; exec sh -c '{shouts} wait; SHOUT_LEVEL=3 {relay.Shouter} 1 last'");

        // The last one tells the sidecar of all that were lost, even if it was itself.
        await Eventually(() => receiver.Since(DateTimeOffset.MinValue).Count == 1);
        var lines = SyslogRelay.Lines(child.Output);
        lines.Select(line => (Text(line, "service"), Text(line, "message"))).Distinct().Count().ShouldBe(lines.Count);
        (lines.Count + receiver.LostLines).ShouldBe((Processes * Each) + 1);
        lines.Sum(Lost).ShouldBeLessThanOrEqualTo((int)receiver.LostLines);
        output.WriteLine($"{lines.Count} lines, {receiver.LostLines} lost and counted");
    }

    [Fact]
    public async Task Lines_lost_by_a_process_that_was_killed_are_told_by_the_next()
    {
        const int Said = 20_000;
        var directory = relay.NewDirectory();

        // Nobody reads before the first one has ended. There is room when the next one speaks: something has been read by then.
        var child = await RunAsync($$"""
            cd {{directory}}; mkfifo pipe
            { while [ ! -e dead ]; do sleep 0.01; done; dd bs=64k count=1 status=none <&3; : >room; cat <&3; } 3<pipe &
            exec 9>pipe
            LD_PRELOAD={{PreloadLibrary.Path}} CYRUS_SYSLOG_FD=9 /bin/sh -c '
                {{relay.Shouter}} {{Said}} x kill; : >dead
                while [ ! -e room ]; do sleep 0.01; done; {{relay.Shouter}} 1 next'
            exec 9>&-; wait
            """);

        var lines = SyslogRelay.Lines(child.Output);
        Text(lines[^1], "message").ShouldBe("0 next");
        Lost(lines[^1]).ShouldBeInRange(1, Said - 1);
        (lines.Count + lines.Sum(Lost)).ShouldBe(Said + 1);
    }

    [Fact]
    public async Task Sidecar_that_listens_late_knows_how_many_messages_it_has_missed()
    {
        const int Before = 7;
        var socket = Path.Combine(relay.NewDirectory(), "syslog");
        var script = $"{SyslogRelay.Preload()} CYRUS_SYSLOG_SOCKET={socket} SHOUT_LEVEL=4; exec sh -c '{relay.Shouter} {Before} early; touch {socket}.said; "
            + $"while [ ! -e {socket}.go ]; do sleep 0.01; done; {relay.Shouter} 2 late'";
        var said = RunAsync(script);
        await Eventually(() => File.Exists(socket + ".said"));

        var (receiver, _) = await ListenAsync(socket);
        using var listening = receiver;
        await File.WriteAllTextAsync(socket + ".go", "", Stop);
        await said;

        await Eventually(() => receiver.Since(DateTimeOffset.MinValue).Count == 2);
        receiver.Since(DateTimeOffset.MinValue).ShouldAllBe(line => line.Message.EndsWith("late", StringComparison.Ordinal));
        (receiver.Missed, receiver.LostLines).ShouldBe((Before, 0));
    }

    [Fact]
    public async Task Sidecar_hears_that_the_master_gives_a_service_up()
    {
        var (receiver, socket) = await ListenAsync();
        using var listening = receiver;
        var before = TimeProvider.System.GetUtcNow();
        await using var cyrus = await RealCyrus.CreateAsync(Stop);
        cyrus.Publish(cyrus.NewBundle());
        (await cyrus.StageAsync(Stop)).ExitCode.ShouldBe(0);
        var bundle = cyrus.NewBundle() with { ExtraService = "odd cmd=\"/bin/true\" listen=\"127.0.0.1:1\" proto=\"carrier\"" };
        await cyrus.PutAsync(bundle.Files, Stop);

        cyrus.StartMaster($"{SyslogRelay.Preload()}; export CYRUS_SYSLOG_SOCKET={socket}");

        await Eventually(() => receiver.Since(before).Any(line => line.Message == "invalid proto 'carrier', disabling odd"));
        receiver.Since(before).ShouldAllBe(line => line.Level != "info" || line.Message.Contains("disabling", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Library_takes_the_place_of_nothing_else()
    {
        using var nm = Process.Start(new ProcessStartInfo("nm", ["-D", "--defined-only", PreloadLibrary.Path]) { RedirectStandardOutput = true })!;
        var symbols = await nm.StandardOutput.ReadToEndAsync(Stop);

        symbols.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[^1]).Order(StringComparer.Ordinal)
            .ShouldBe(["__syslog_chk", "__vsyslog_chk", "closelog", "openlog", "pselect", "setlogmask", "stat", "syslog", "vsyslog"]);
    }

    [Fact]
    public async Task Job_speaks_under_the_name_of_its_program()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, bundle => bundle with { Prefork = 1 }, masterPreamble: SyslogRelay.Preload());

        await cyrus.UntilAsync(() => SyslogRelay.Lines(cyrus.MasterLog).Any(line => Text(line, "service") == "ctl_cyrusdb"), Stop);

        SyslogRelay.Lines(cyrus.MasterLog).Where(line => Text(line, "ident").EndsWith("/ctl_cyrusdb", StringComparison.Ordinal))
            .ShouldAllBe(line => Text(line, "service") == "ctl_cyrusdb");
    }

    [Theory]
    [InlineData("a descriptor of its own")]
    [InlineData("the one of the container, which may not be opened again")]
    public async Task Lines_that_nobody_reads_are_counted_and_hold_nothing_up(string way)
    {
        const int Said = 20_000;
        var directory = relay.NewDirectory();
        var closed = way.StartsWith("the one", StringComparison.Ordinal) ? $"chmod 0 {directory}/pipe; " : "";

        // The reader sleeps until everything is said, and only then the last line is.
        var child = await RunAsync($$"""
            cd {{directory}}; mkfifo pipe
            { while [ ! -e said ]; do sleep 0.01; done; dd bs=64k count=1 status=none <&3; : >go; cat <&3; } 3<pipe &
            exec 9>pipe; {{closed}}
            LD_PRELOAD={{PreloadLibrary.Path}} CYRUS_SYSLOG_FD=9 {{relay.Shouter}} {{Said}} {{new string('x', 100)}} {{directory}} || echo failed
            exec 9>&-; wait
            """);

        child.Output.ShouldNotContain("failed");
        var lines = SyslogRelay.Lines(child.Output);
        Text(lines[^1], "message").ShouldBe("the last: No such file or directory");
        lines[^1].GetProperty("lost").GetInt32().ShouldBeInRange(1, Said - 1);
        (lines.Count + lines.Sum(Lost)).ShouldBe(Said + 1);
    }

    [Fact]
    public async Task Server_whose_log_nobody_reads_serves_on()
    {
        var directory = relay.NewDirectory();
        var since = Stopwatch.GetTimestamp();
        await using var cyrus = await RealCyrus.StartAsync(
            Stop,
            masterPreamble: $"mkfifo {directory}/pipe; exec 9<>{directory}/pipe; {SyslogRelay.Preload(9)}; {relay.Shouter} 20000 full");

        await LogInAsync(cyrus.Layout.Imaps, implicitTls: true);
        await LogInAsync(cyrus.Layout.Imap, implicitTls: false);
        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(30));

        // Now somebody reads: the next line comes out and says what is missing.
        using var reader = Child.Start(cyrus.Layout.Environment, "cat", directory + "/pipe");
        await cyrus.UntilAsync(() => reader.Output.Length > 0, Stop);
        for (var session = 0; session < 30; session++) // each by another worker, or by one that lost something before
            await LogInAsync(cyrus.Layout.Imaps, implicitTls: true);
        await cyrus.UntilAsync(() => SyslogRelay.Lines(reader.Output).Any(line => Text(line, "service") == "imaps" && Lost(line) > 0), Stop);
        await reader.StopAsync();
    }

    [Fact]
    public async Task Any_bytes_become_valid_json()
    {
        const string Odd = @"\001\037\177\042\134\n\t \303\244 \377\300\200 \355\240\200 \364\220\200\200 \342\202";
        var child = await RunAsync($"{SyslogRelay.Preload()}; exec {relay.Shouter} 1 \"$(printf '{Odd}')\"");

        Text(SyslogRelay.Lines(child.Output).ShouldHaveSingleItem(), "message")
            .ShouldBe("0 \u0001\u001f\u007f\"\\\n\t ä \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd \ufffd\ufffd");
    }

    [Fact]
    public async Task Long_line_is_cut_and_says_so()
    {
        var child = await RunAsync($"{SyslogRelay.Preload()}; exec {relay.Shouter} 2 {string.Concat(Enumerable.Repeat("ä\"", 2000)).Replace("\"", "\\\"", StringComparison.Ordinal)}");

        SyslogRelay.Lines(child.Output).ShouldAllBe(line => line.GetProperty("cut").GetBoolean() && Text(line, "message").Length > 1000);
    }

    [Fact]
    public async Task Process_that_has_closed_and_reused_the_descriptor_is_not_written_into()
    {
        var file = Path.Combine(relay.NewDirectory(), "mailbox");
        var child = await RunAsync($"{SyslogRelay.Preload()}; exec bash -c 'exec 200>{file} 201>{file} 202>{file}; {relay.Shouter} 5 x'");

        child.ExitCode.ShouldBe(0, child.Output);
        new FileInfo(file).Length.ShouldBe(0);
    }

    [Fact]
    public async Task Reader_that_has_gone_does_not_end_the_process()
    {
        var child = await RunAsync($"{SyslogRelay.Preload()}; {{ sleep 0.3; {relay.Shouter} 5 x; echo \"code $?\" >&2; }} | true");

        child.Output.ShouldContain("code 0");
    }

    /// <summary>A receiver, and its socket.</summary>
    private async Task<(SyslogReceiver Receiver, string Socket)> ListenAsync(string? socket = null)
    {
        socket ??= Path.Combine(relay.NewDirectory(), "syslog");
        var receiver = SyslogReceiver.Start(socket, new JsonLog(Stream.Null, TimeProvider.System));
        await Eventually(() => File.Exists(socket));
        File.SetUnixFileMode(socket, (UnixFileMode)0b111_111_111); // in the pod both are the same user
        return (receiver, socket);
    }

    private static Task<Child> RunAsync(string script) => Child.RunAsync(new Dictionary<string, string>(), Stop, "sh", "-c", script);

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static int Lost(JsonElement line) => line.TryGetProperty("lost", out var count) ? count.GetInt32() : 0;

    private static List<JsonElement> Logins(RealCyrus cyrus, string service) =>
        [.. SyslogRelay.Lines(cyrus.MasterLog).Where(line =>
            Text(line, "service") == service && Text(line, "message").StartsWith("login:", StringComparison.Ordinal))];

    private static async Task LogInAsync(System.Net.IPEndPoint server, bool implicitTls)
    {
        await using var session = await ImapSession.OpenAsync(server, implicitTls, Stop);
        await session.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop);
        await session.LogoutAsync(Stop);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        for (var turn = 0; turn < 500 && !condition(); turn++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        condition().ShouldBeTrue();
    }
}
