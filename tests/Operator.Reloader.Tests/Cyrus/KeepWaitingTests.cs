using Operator.Reloader.Processes;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Idle workers of an older generation serve until their turn comes, although their program has changed (images/cyrus/preload/waiting.c).</summary>
[Trait("needs", "cyrus")]
public sealed class KeepWaitingTests
{
    private const int Prefork = 8;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changed_program_sends_no_idle_worker_away_while_the_file_is_there_and_all_of_them_after_it()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = Prefork });
        await cyrus.StopEngineAsync();
        await cyrus.UntilAsync(() => Idle(cyrus).Count >= Prefork, Stop);
        var before = Idle(cyrus);
        var file = Path.Combine(cyrus.Layout.Run, "keep-waiting");
        await File.WriteAllTextAsync(file, "", Stop);
        var program = Path.Combine(cyrus.Layout.Run, "bin", "imapd");
        File.SetLastWriteTimeUtc(program, File.GetLastWriteTimeUtc(program).AddSeconds(1));

        for (var client = 0; client < 2 * Prefork; client++)
            await ConnectAsync(cyrus);
        await cyrus.UntilAsync(() => !before.Except(Idle(cyrus)).Any(), Stop);

        File.Delete(file);
        for (var client = 0; client < 2 * Prefork; client++)
            await ConnectAsync(cyrus);
        await cyrus.UntilAsync(() => !Idle(cyrus).Intersect(before).Any(), Stop);
    }

    [Fact]
    public async Task Somebody_is_idle_all_the_while_that_clients_come_and_workers_are_replaced()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = 4 * Prefork });
        await cyrus.UntilAsync(() => Idle(cyrus).Count >= 4 * Prefork, Stop);
        var before = Idle(cyrus);
        var bundle = cyrus.NewBundle();
        var fewest = int.MaxValue;

        cyrus.Publish(bundle);
        var healthy = cyrus.WaitForHealthyAsync(bundle, Stop);
        while (!healthy.IsCompleted)
        {
            await ConnectAsync(cyrus);
            fewest = Math.Min(fewest, Idle(cyrus).Count);
        }
        await healthy;

        Idle(cyrus).Intersect(before).ShouldBeEmpty();
        fewest.ShouldBeGreaterThanOrEqualTo(Prefork);
    }

    private static async Task ConnectAsync(RealCyrus cyrus)
    {
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imap, implicitTls: false, Stop);
    }

    private static IReadOnlyList<int> Idle(RealCyrus cyrus) =>
        [.. cyrus.Workers().Where(static worker => worker is { Service: "imap", State: WorkerState.Idle }).Select(static worker => worker.Pid)];
}
