using System.Net;
using System.Net.Sockets;
using System.Text;
using Operator.Reloader.Processes;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Every program that a master runs: what the scanner sees of it, and what a reload does with it.</summary>
[Trait("needs", "cyrus")]
public sealed class ServiceCoverageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_service_is_idle_in_session_and_idle_again()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);
        (string Service, EndPoint At)[] services =
        [
            ("lmtpunix", AllServices.LmtpSocket(cyrus.Layout)), ("lmtp", cyrus.Layout.Lmtp), ("http", cyrus.Layout.Http),
            ("sieve", cyrus.Layout.Sieve), ("csync", cyrus.Layout.Csync), ("imap", cyrus.Layout.Imap), ("pop3", cyrus.Layout.Pop3),
        ];
        foreach (var (service, at) in services)
        {
            await cyrus.UntilAsync(() => Has(cyrus, service, WorkerState.Idle) && !Has(cyrus, service, WorkerState.InSession), Stop);
            var session = await MailConnection.OpenAsync(at, tls: false, Stop);
            await cyrus.UntilAsync(() => Has(cyrus, service, WorkerState.InSession), Stop);
            await session.DisposeAsync();
            await cyrus.UntilAsync(() => Has(cyrus, service, WorkerState.Idle) && !Has(cyrus, service, WorkerState.InSession), Stop);
        }
    }

    [Fact]
    public async Task Daemons_and_jobs_are_no_workers()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);

        await cyrus.UntilAsync(() => DaemonNames(cyrus).SequenceEqual(AllServices.Daemons), Stop);
        await cyrus.UntilAsync(() => cyrus.Scan().Jobs == 1, Stop); // the slow event; the short ones are done
        cyrus.Workers().Select(static worker => worker.Service).ShouldNotContain("slow");
        cyrus.Workers().Select(static worker => worker.Service).ShouldNotContain("sync");
    }

    [Fact]
    public async Task Program_of_START_is_a_job_and_there_is_no_worker_before_it_ends()
    {
        await using var cyrus = await RealCyrus.CreateAsync(Stop);
        cyrus.Publish(cyrus.NewBundle() with { ExtraStart = "\nslow cmd=\"/usr/bin/sleep 3\"" });
        (await cyrus.StageAsync(Stop)).ExitCode.ShouldBe(0);
        cyrus.StartMaster();

        // A fork is taken for a starting worker until its exec.
        await cyrus.UntilAsync(() => cyrus.Scan() is { Jobs: 1, Workers.Count: 0 }, Stop);
        await cyrus.UntilAsync(() => cyrus.Scan().Jobs == 0 && Has(cyrus, "imap", WorkerState.Idle), Stop);
    }

    [Fact]
    public async Task Datagram_service_stays_idle_after_its_first_datagram_and_is_replaced_all_the_same()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);
        await cyrus.UntilAsync(() => Has(cyrus, "notify", WorkerState.Idle), Stop);
        using var client = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var proc = new ProcFs("/proc");

        // Method, class, priority, user, mailbox, number of options, message, file (lib/notify.c); one that is not complete ends the worker.
        var datagram = Encoding.ASCII.GetBytes($"null\0MAIL\0normal\0{RealCyrus.User}\0INBOX\0{0}\0Hello\0\0");
        await client.SendToAsync(datagram, AllServices.NotifySocket(cyrus.Layout), Stop);
        // Its descriptor 0 is the service's own socket from now on, and it waits in recvfrom, which goes on after a SIGHUP.
        await cyrus.UntilAsync(() => cyrus.Workers().Any(worker => worker.Service == "notify" && proc.SocketOn(worker.Pid, 0) != 0), Stop);
        var used = cyrus.Workers().Single(worker => worker.Service == "notify" && proc.SocketOn(worker.Pid, 0) != 0);
        used.State.ShouldBe(WorkerState.Idle);

        await ReloadAsync(cyrus);
        cyrus.Workers().ShouldNotContain(worker => worker.Pid == used.Pid && worker.Start == used.Start);
    }

    [Fact]
    public async Task Mupdate_cannot_reload_keeps_its_clients_and_is_named_in_the_report()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);
        // Seven threads in 3.6 and 3.10, none of which ever has a handler for SIGHUP.
        await cyrus.UntilAsync(() => MupdateOf(cyrus).State == WorkerState.Unreloadable, Stop);
        MupdateOf(cyrus).HasClients.ShouldBeFalse();
        await using var client = await MailConnection.OpenAsync(cyrus.Layout.Mupdate, tls: false, Stop);
        await ReadBannerAsync(client);
        var serving = MupdateOf(cyrus);
        serving.HasClients.ShouldBeTrue();

        var report = await ReloadAsync(cyrus);

        report.UnreloadedServices.ShouldBe([AllServices.Mupdate]);
        report.Workers.Stale.ShouldBe(0);
        MupdateOf(cyrus).ShouldBe(serving);
        await client.WriteAsync("a NOOP\r\n", Stop);
        (await client.ReadLineAsync(Stop)).ShouldStartWith("a ");
        await client.DisposeAsync();
        await cyrus.UntilAsync(() => !MupdateOf(cyrus).HasClients, Stop);
    }

    [Fact]
    public async Task Daemons_that_hold_old_configuration_are_started_anew_by_each_reload_and_idled_is_not()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);
        await cyrus.UntilAsync(() => DaemonNames(cyrus).SequenceEqual(AllServices.Daemons), Stop);

        // The master gives up on a service that fails five times in a row: to be ended by a reload is no failure.
        for (var reload = 0; reload < 6; reload++)
        {
            var before = cyrus.Scan().Daemons;
            await ReloadAsync(cyrus);

            await cyrus.UntilAsync(() => DaemonNames(cyrus).SequenceEqual(AllServices.Daemons), Stop);
            before.Where(cyrus.Scan().Daemons.Contains).Select(static daemon => daemon.Name).ShouldBe(["idled"]);
        }
    }

    [Fact]
    public async Task Daemon_that_does_not_leave_is_waited_for_and_named()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { ExtraDaemon = $"\n  stubborn cmd=\"{StubbornDaemon(bundle.Layout)}\"" });
        await cyrus.UntilAsync(() => DaemonNames(cyrus).Contains("sync_client"), Stop);

        (await ReloadAsync(cyrus)).UnreloadedServices.ShouldBe(["sync_client"]);
    }

    [Fact]
    public async Task Mupdate_dies_of_a_signal_to_the_master()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);
        await cyrus.UntilAsync(() => MupdateOf(cyrus).State == WorkerState.Unreloadable, Stop);
        var before = MupdateOf(cyrus);

        cyrus.HangUpMaster();

        await cyrus.UntilAsync(() => MupdateOf(cyrus) is { Pid: not 0 } now && now.Pid != before.Pid, Stop);
    }

    [Fact]
    public async Task New_mail_is_still_pushed_to_a_session_that_idles_through_a_reload()
    {
        // imapidlepoll is a day there, so only idled can bring the news.
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
        await session.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop);
        await session.CommandAsync("SELECT INBOX", Stop);
        await session.StartIdleAsync(Stop);

        await ReloadAsync(cyrus);
        await DeliverAsync(cyrus);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await session.ReadUntaggedAsync("1 EXISTS", limit.Token);
        await session.EndIdleAsync(Stop);
        await session.LogoutAsync(Stop);
    }

    /// <summary>Goes by the name of sync_client, and ignores SIGTERM.</summary>
    private static string StubbornDaemon(CyrusLayout layout)
    {
        var program = Path.Combine(layout.Root, "sync_client");
        var starter = Path.Combine(layout.Root, "stubborn");
        File.Copy(CyrusRoot.Directory + "/usr/bin/sleep", program);
        File.WriteAllText(starter, $"#!/bin/sh\ntrap '' TERM\nexec {program} 600\n");
        File.SetUnixFileMode(starter, (UnixFileMode)0b111_101_101);
        return starter;
    }

    private static bool Has(RealCyrus cyrus, string service, WorkerState state) =>
        cyrus.Workers().Any(worker => worker.Service == service && worker.State == state);

    private static Worker MupdateOf(RealCyrus cyrus) => cyrus.Workers().SingleOrDefault(static worker => worker.Service == AllServices.Mupdate);

    private static IEnumerable<string> DaemonNames(RealCyrus cyrus) =>
        cyrus.Scan().Daemons.Select(static daemon => daemon.Name).Order(StringComparer.Ordinal);

    private static async Task<Operator.Entities.Contract.ReloadReport> ReloadAsync(RealCyrus cyrus)
    {
        var bundle = cyrus.NewBundle();
        cyrus.Publish(bundle);
        return await cyrus.WaitForHealthyAsync(bundle, Stop);
    }

    private static async Task ReadBannerAsync(MailConnection client)
    {
        while (!(await client.ReadLineAsync(Stop)).StartsWith("* OK", StringComparison.Ordinal))
        {
            // Capabilities come before it.
        }
    }

    private static async Task DeliverAsync(RealCyrus cyrus)
    {
        await using var lmtp = await MailConnection.OpenAsync(AllServices.LmtpSocket(cyrus.Layout), tls: false, Stop);
        (await lmtp.ReadLineAsync(Stop)).ShouldStartWith("220");
        await lmtp.WriteAsync("LHLO test\r\n", Stop);
        while (!(await lmtp.ReadLineAsync(Stop)).StartsWith("250 ", StringComparison.Ordinal))
        {
            // The last line of the answer has a blank.
        }
        string[] commands = ["MAIL FROM:<>", $"RCPT TO:<{RealCyrus.User}>", "DATA", "Subject: news\r\n\r\nHello.\r\n."];
        foreach (var command in commands)
        {
            await lmtp.WriteAsync(command + "\r\n", Stop);
            (await lmtp.ReadLineAsync(Stop)).ShouldMatch("^[23]");
        }
    }
}
