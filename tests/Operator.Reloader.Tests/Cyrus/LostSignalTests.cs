using System.Globalization;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>
/// The thread of 2008: a signal arrives after the worker has looked for one and before it waits for a connection. The gap is a few instructions
/// wide; late.c widens it in the real binary.
/// </summary>
[Trait("needs", "cyrus")]
public sealed class LostSignalTests : IDisposable
{
    private readonly Preload preload = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => preload.Dispose();

    [Fact]
    public async Task Lost_signal_alone_leaves_a_worker_that_serves_the_old_certificate_once_more()
    {
        await using var cyrus = await StartAsync();
        var stale = await LoseSignalAsync(cyrus);
        await cyrus.StopEngineAsync();

        File.Delete(preload["hold"]);
        var leaves = new List<string>();
        for (var connection = 0; connection < 5; connection++)
            leaves.Add(await LeafAsync(cyrus));

        leaves[0].ShouldBe(cyrus.First!.Certificate.LeafSha256);
        leaves[1..].ShouldNotContain(leaves[0]);
        cyrus.Workers().ShouldNotContain(worker => worker.Pid == stale);
    }

    [Fact]
    public async Task Lost_signal_is_sent_again_and_no_client_meets_the_old_worker()
    {
        await using var cyrus = await StartAsync();
        var bundle = cyrus.NewBundle();
        var stale = await LoseSignalAsync(cyrus, bundle);

        File.Delete(preload["hold"]);
        await cyrus.WaitForHealthyAsync(bundle, Stop);

        cyrus.Workers().ShouldNotContain(worker => worker.Pid == stale);
        (await LeafAsync(cyrus)).ShouldBe(bundle.Certificate.LeafSha256);
    }

    [Fact]
    public async Task Worker_that_hears_no_signal_is_poked_with_a_connection_of_our_own()
    {
        await using var cyrus = await StartAsync();
        await ArmAsync(cyrus, "deaf");
        var stale = Stale();
        var bundle = cyrus.NewBundle();

        cyrus.Publish(bundle);
        await cyrus.WaitForHealthyAsync(bundle, Stop);

        cyrus.Workers().ShouldNotContain(worker => worker.Pid == stale);
        cyrus.EngineLog.Split("was poked").Length.ShouldBe(2, cyrus.EngineLog);
        (await LeafAsync(cyrus)).ShouldBe(bundle.Certificate.LeafSha256);
    }

    private Task<RealCyrus> StartAsync() => RealCyrus.StartAsync(
        Stop,
        static bundle => bundle with { Prefork = 1 },
        masterPreamble: $"export LATE_DIRECTORY={preload.Directory} LATE_SERVICE=imaps LD_PRELOAD=\"{preload.Library("late.c")} $LD_PRELOAD\"");

    /// <summary>Brings a worker into the gap, lets a reload send its signal there, and returns the worker.</summary>
    private async Task<int> LoseSignalAsync(RealCyrus cyrus, Bundle? bundle = null)
    {
        await ArmAsync(cyrus, "hold");
        cyrus.Publish(bundle ?? cyrus.NewBundle());
        await cyrus.UntilAsync(() => File.Exists(preload["interrupted"]), Stop);
        return Stale();
    }

    /// <summary>Ends a session: its worker, or the one that was next in line, then waits for the next connection.</summary>
    private async Task ArmAsync(RealCyrus cyrus, string how)
    {
        await File.WriteAllTextAsync(preload[how], "", Stop);
        await LeafAsync(cyrus);
        await cyrus.UntilAsync(() => new FileInfo(preload["held"]) is { Exists: true, Length: > 0 }, Stop);
        if (how == "deaf")
            File.Delete(preload[how]);
    }

    private int Stale() => int.Parse(File.ReadAllText(preload["held"]), CultureInfo.InvariantCulture);

    private static async Task<string> LeafAsync(RealCyrus cyrus)
    {
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
        await session.LogoutAsync(Stop);
        return session.LeafSha256;
    }
}
