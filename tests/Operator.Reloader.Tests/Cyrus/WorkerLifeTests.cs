using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Processes;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Old workers: those in a session, those that missed their signal, those that were stopped when the engine died.</summary>
[Trait("needs", "cyrus")]
public sealed class WorkerLifeTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_in_a_session_during_a_reload_never_accepts_again()
    {
        var (old, leaves, oldLeaf) = await AfterDrainingAsync("1");

        leaves.ShouldNotContain(oldLeaf);
        old.ShouldBeTrue("the worker has left by itself");
    }

    [Fact]
    public async Task Without_the_changed_mtime_it_would_accept_again()
    {
        var (_, leaves, oldLeaf) = await AfterDrainingAsync("0");

        leaves.ShouldContain(oldLeaf);
    }

    [Fact]
    public async Task No_stale_worker_is_left_after_ten_reloads_of_ninety_workers()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, bundle => bundle with { Prefork = 30 });

        for (var reload = 0; reload < 10; reload++)
        {
            var bundle = cyrus.NewBundle();
            cyrus.Publish(bundle);
            var report = await cyrus.WaitForHealthyAsync(bundle, Stop);

            var state = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(cyrus.StateFile, Stop), StateJson.Default.ReloadState)!;
            cyrus.Workers().Where(worker => worker.IsOld(state.Epoch)).ShouldBeEmpty();
            cyrus.EngineLog.ShouldNotContain("\"way\":\"Master\"");
            await cyrus.UntilAsync(() => cyrus.Workers().Count(worker => worker.State == WorkerState.Idle) >= 90, Stop);
            output.WriteLine($"{reload}: {string.Join(' ', report.PhaseSeconds.Select(phase => $"{phase.Key}={phase.Value}"))} {report.Workers}");
        }
    }

    [Fact]
    public async Task Sessions_that_end_after_a_reload_do_not_shake_its_health()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var sessions = await LiveSessions.OpenAsync(cyrus.Layout, Stop);
        var bundle = cyrus.NewBundle();
        cyrus.Publish(bundle);
        (await cyrus.WaitForHealthyAsync(bundle, Stop)).Workers.Draining.ShouldBe(sessions.Count);

        await sessions.DisposeAsync();
        var seen = new List<WorkerCounts>();
        await cyrus.WaitForAsync(
            report =>
            {
                seen.Add(report.Workers);
                return report.Workers.Draining == 0;
            },
            Stop);

        seen.ShouldAllBe(static counts => counts.Stale == 0);
    }

    [Fact]
    public async Task Service_full_of_old_sessions_is_reported_and_not_taken_for_a_bad_generation()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, bundle => bundle with { MaxChildPop3 = 3 }, environment: ("CYRUS_RELOADER_PROBE_SECONDS", "2"));
        var sessions = new List<Pop3Session>();
        for (var session = 0; session < 3; session++)
            sessions.Add(await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop));
        var bundle = cyrus.NewBundle();

        cyrus.Publish(bundle);
        var report = await cyrus.WaitForAsync(seen => seen.Reason == "MaxChildReached", Stop);

        report.Saturated.ShouldBe([new SaturatedService("pop3", 3, 3)]);
        report.Active.ShouldBe(bundle.Digest);
        report.Rejected.ShouldBeNull();

        await sessions[0].CommandAsync("QUIT", Stop);
        await cyrus.WaitForAsync(seen => seen.IsHealthyFor(bundle.Digest) && seen.Saturated.Count == 0, Stop);
        foreach (var session in sessions[1..])
            await session.CommandAsync("CAPA", Stop);
        foreach (var session in sessions)
            await session.DisposeAsync();
    }

    [Fact]
    [Trait("cost", "long")]
    public async Task Engine_killed_in_its_hold_leaves_nobody_stopped_and_no_client_waiting()
    {
        const int Rounds = 10;
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await using var sessions = await LiveSessions.OpenAsync(cyrus.Layout, Stop);

        await MeasureAsync("nothing happens", static () => Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Stop));
        await MeasureAsync($"{Rounds} rotations", async () =>
        {
            for (var rotation = 0; rotation < Rounds; rotation++)
            {
                var bundle = cyrus.NewBundle();
                cyrus.Publish(bundle);
                await cyrus.WaitForHealthyAsync(bundle, Stop);
            }
        });
        await MeasureAsync($"{Rounds} rotations, each with a kill while workers are stopped", async () =>
        {
            for (var rotation = 0; rotation < Rounds; rotation++)
                await KillInHoldAsync(cyrus);
        });

        await sessions.FinishAsync(Stop);

        async Task MeasureAsync(string what, Func<Task> meanwhile)
        {
            await using var greetings = Greetings.Start(cyrus.Layout.Imap);
            await meanwhile();
            output.WriteLine($"a new client's wait for the greeting, {what}: {await greetings.StopAsync()}");
        }
    }

    /// <summary>Rotates and kills the engine in one of its holds.</summary>
    private static async Task KillInHoldAsync(RealCyrus cyrus)
    {
        var bundle = cyrus.NewBundle();
        var engine = cyrus.EnginePid().ShouldNotBeNull();
        cyrus.Publish(bundle);
        SpinWait.SpinUntil(() => cyrus.Held() is not [] && IsFrozenInHold(), TimeSpan.FromSeconds(20)).ShouldBeTrue(cyrus.EngineLog);
        Posix.Send(engine, Posix.Kill).ShouldBe(0);

        await cyrus.UntilAsync(() => !cyrus.Workers().Any(worker => cyrus.IsStopped(worker.Pid)), Stop);
        await cyrus.WaitForHealthyAsync(bundle, Stop);
        // The guard waits longer with each death; that is not the matter here.
        await cyrus.StopEngineAsync();
        cyrus.StartEngine();
        await cyrus.WaitForHealthyAsync(bundle, Stop);

        // A hold lasts for less than a look at it: the engine is stopped at a random moment, and goes on if that was not in a hold.
        bool IsFrozenInHold()
        {
            Thread.SpinWait(Random.Shared.Next(5_000));
            Posix.Send(engine, Posix.Stop).ShouldBe(0);
            if (cyrus.Held().Any(cyrus.IsStopped))
                return true;
            Posix.Send(engine, Posix.Continue).ShouldBe(0);
            return false;
        }
    }

    [Fact]
    public async Task Steady_state_writes_nothing_and_signals_nobody()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        // The last probes may still be served, and timsieved leaves after every session.
        await cyrus.UntilAsync(() => cyrus.Workers().All(worker => worker.State == WorkerState.Idle), Stop);
        var workers = Alive();
        var revision = (await cyrus.ReportAsync(Stop)).Revision;
        var written = Written();

        // Longer than the engine's slow poll: it has looked at least once more.
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, Stop);

        Alive().ShouldBe(workers);
        (await cyrus.ReportAsync(Stop)).Revision.ShouldBe(revision);
        Written().ShouldBe(written);
        output.WriteLine(cyrus.EngineMemory());

        List<(int, long, string)> Alive() => [.. cyrus.Workers().Select(worker => (worker.Pid, worker.Start, worker.Service))];
        List<DateTime> Written() =>
            [.. new[] { cyrus.StateFile, cyrus.HeldFile, cyrus.Layout.Run + "/bin/imapd" }.Select(File.GetLastWriteTimeUtc)];
    }

    /// <summary>Rotates while a session lives, stops the engine, ends the session and looks who serves what from then on.</summary>
    private static async Task<(bool OldIsGone, List<string> Leaves, string OldLeaf)> AfterDrainingAsync(string bump)
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, bundle => bundle with { Prefork = 1 }, environment: ("CYRUS_RELOADER_BUMP", bump));
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
        var old = cyrus.Workers().Single(worker => worker.State == WorkerState.InSession);
        var bundle = cyrus.NewBundle();
        cyrus.Publish(bundle);
        await cyrus.WaitForHealthyAsync(bundle, Stop);
        await cyrus.StopEngineAsync();

        await session.LogoutAsync(Stop);
        var leaves = new List<string>();
        for (var connection = 0; connection < 20; connection++)
        {
            await using var next = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
            leaves.Add(next.LeafSha256);
            await next.LogoutAsync(Stop);
        }
        return (!cyrus.Workers().Any(worker => worker.Pid == old.Pid && worker.Start == old.Start), leaves, cyrus.First!.Certificate.LeafSha256);
    }
}
