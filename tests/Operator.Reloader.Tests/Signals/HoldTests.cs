using System.Diagnostics;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Tests.Signals;

public sealed class HoldTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ProcFs proc = new("/proc");
    private readonly Process sleeper = Process.Start("sleep", "600");

    public void Dispose()
    {
        sleeper.Kill();
        sleeper.WaitForExit();
        sleeper.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void Held_process_is_stopped_named_in_the_file_and_continued_at_the_end()
    {
        using (var hold = Hold.Take(proc, new HeldFile(directory["held"]), [Sleeper()], new OtherSockets()))
        {
            hold.Count.ShouldBe(1);
            Stat().IsStopped.ShouldBeTrue();
            File.ReadAllText(directory["held"]).ShouldBe($"{sleeper.Id}\n");
            hold[0].State.ShouldBe(HeldState.Unknown, "it has no handler, so a SIGHUP would kill it");
        }

        SpinWait.SpinUntil(() => !Stat().IsStopped, TimeSpan.FromSeconds(5)).ShouldBeTrue();
        File.ReadAllText(directory["held"]).ShouldBeEmpty();
    }

    [Fact]
    public void Process_that_only_has_the_same_pid_is_not_touched()
    {
        using var hold = Hold.Take(proc, new HeldFile(directory["held"]), [Sleeper() with { Start = 1 }], new OtherSockets());

        hold.Count.ShouldBe(0);
        Stat().IsStopped.ShouldBeFalse();
    }

    [Fact]
    public void Signal_to_a_process_that_is_gone_is_no_error()
    {
        using var handle = PidHandle.Open(proc, sleeper.Id, Stat().Start).ShouldNotBeNull();
        sleeper.Kill();
        sleeper.WaitForExit();

        handle.Send(Signal.Continue).ShouldBeFalse();
        PidHandle.Open(proc, sleeper.Id, 1).ShouldBeNull();
    }

    private ProcessStat Stat()
    {
        proc.TryStat(sleeper.Id, out var stat).ShouldBeTrue();
        return stat;
    }

    private Worker Sleeper() => new(sleeper.Id, Stat().Start, "sleep", 500, WorkerState.Idle);
}
