using Operator.Reloader.Logging;
using Operator.Reloader.Reload;
using Operator.Reloader.Reports;

namespace Operator.Reloader.Tests.Reload;

/// <summary>Looks at workers that nobody has to signal, on a /proc of plain files.</summary>
public sealed class ConvergenceTests : IDisposable
{
    private const int Worker = 201;

    private readonly FakePod pod = new();
    private readonly Convergence convergence;

    public ConvergenceTests()
    {
        var replacer = new WorkerReplacer(pod.Proc, pod.Held, new Waves(pod.Proc, pod.Store, pod.Time), pod.Time);
        var daemons = new DaemonReplacer(pod.Proc, new JsonLog(Stream.Null, pod.Time), pod.Time);
        convergence = new Convergence(pod.Proc, pod.Scanner, replacer, daemons, new ReportBoard(pod.Time), pod.Time);
        pod.AddWorker(Worker, start: 20, "imap", "imapd");
        pod.Flip();
    }

    public void Dispose() => pod.Dispose();

    /// <summary>Between the look and the seal it may have come back, and may accept once more.</summary>
    [Fact]
    public void One_that_was_in_a_session_before_the_seal_is_looked_at_once_more()
    {
        pod.Processes.LinkStdin(Worker, "socket:[11]");

        var first = convergence.Look(pod.Master, pod.Activation);
        pod.Activation.State.Sealed.ShouldBeTrue();
        var second = convergence.Look(pod.Master, pod.Activation);

        (first.IsConverged, second.IsConverged).ShouldBe((false, true));
    }

    [Fact]
    public void Nothing_is_sealed_while_an_old_one_is_starting()
    {
        pod.Processes.WriteStatus(Worker, catches: false);

        convergence.Look(pod.Master, pod.Activation).IsConverged.ShouldBeFalse();

        pod.Activation.State.Sealed.ShouldBeFalse();
        pod.KeepsWaiting.ShouldBeTrue();
    }
}
