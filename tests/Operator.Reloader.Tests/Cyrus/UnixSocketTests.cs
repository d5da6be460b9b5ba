using Operator.Entities.Contract;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;
using Operator.Reloader.Processes;
using Operator.Reloader.Proof;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>lmtpd on a unix socket, as an MTA on the same machine has it.</summary>
[Trait("needs", "cyrus")]
public sealed class UnixSocketTests
{
    private const string Service = "lmtpunix";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Idle_workers_of_a_unix_socket_are_replaced_and_the_socket_answers_all_the_while()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AddTo);
        await cyrus.UntilAsync(() => Workers(cyrus).Count(static worker => worker.State == WorkerState.Idle) >= 3, Stop);
        var before = Workers(cyrus).Select(static worker => (worker.Pid, worker.Start)).ToHashSet();

        var bundle = cyrus.NewBundle();
        cyrus.Publish(bundle);
        await cyrus.WaitForHealthyAsync(bundle, Stop);

        Workers(cyrus).ShouldNotContain(worker => before.Contains(new(worker.Pid, worker.Start)));
        await ProveAsync(OnSocket(cyrus.Layout, MailProtocol.Lmtp));
    }

    [Fact]
    public async Task Proof_speaks_the_protocol_over_the_socket_and_a_socket_without_a_server_fails_it()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AddTo);
        var listener = OnSocket(cyrus.Layout, MailProtocol.Lmtp);

        await ProveAsync(listener);

        var other = await Should.ThrowAsync<ReloadFailure>(() => ProveAsync(listener with { Protocol = MailProtocol.Imap }));
        other.Reason.ShouldBe("ProofFailed");
        other.Message.ShouldStartWith($"Service {Service} on socket {listener.Path}: the server answered '220 ");
        await cyrus.StopMasterAsync();
        (await Should.ThrowAsync<ReloadFailure>(() => ProveAsync(listener))).Message.ShouldStartWith($"Service {Service} on socket {listener.Path}: ");
    }

    [Fact]
    public async Task Service_that_listens_elsewhere_than_on_the_socket_is_refused()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AddTo);

        var bad = AddTo(cyrus.NewBundle());
        bad = bad with { ExtraService = bad.ExtraService.Replace("lmtp.sock", "other.sock", StringComparison.Ordinal) };
        cyrus.Publish(bad);
        var report = await cyrus.WaitForAsync(static seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Reason.ShouldBe("ListenerMisplaced", report.Message);
        report.Message.ShouldNotBeNull().ShouldContain($"it must listen on socket {OnSocket(cyrus.Layout, MailProtocol.Lmtp).Path}");
    }

    private static Task<IReadOnlyList<ServedCertificate>> ProveAsync(Listener listener) =>
        new Prover("127.0.0.1", new ListenerProbe(TimeSpan.FromSeconds(5), TimeProvider.System)).RunAsync(new GenerationFacts([listener], []), Stop);

    private static Bundle AddTo(Bundle bundle) => bundle with
    {
        Prefork = 1,
        ExtraService = $"{Service} cmd=\"{bundle.Command("lmtpd")}\" listen=\"{AllServices.LmtpSocket(bundle.Layout)}\" prefork=3",
        Listeners = [.. bundle.Layout.Listeners, OnSocket(bundle.Layout, MailProtocol.Lmtp)],
    };

    private static Listener OnSocket(CyrusLayout layout, MailProtocol protocol) =>
        new(Service, protocol, 0, TlsMode.None) { Path = AllServices.LmtpSocket(layout).ToString() };

    private static IEnumerable<Worker> Workers(RealCyrus cyrus) => cyrus.Workers().Where(static worker => worker.Service == Service);
}
