using System.Globalization;
using Operator.Entities.Contract;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>
/// The engine is killed before one of the system calls with which a reload changes anything: files, links, signals, connections. The one
/// that is started after it finishes the reload, or goes back, from /proc and the disk alone. <c>hack/test --full</c> tries every such call.
/// </summary>
[Trait("needs", "cyrus")]
[Trait("cost", "long")]
public sealed class KilledStepTests(ITestOutputHelper output) : IDisposable
{
    private static readonly bool EachStep = Environment.GetEnvironmentVariable("CYRUS_EACH_STEP") == "1";
    private readonly Preload tools = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => tools.Dispose();

    [Fact]
    public async Task Reload_is_finished_by_the_next_engine()
    {
        await using var cyrus = await StartAsync();
        await using var sessions = await LiveSessions.OpenAsync(cyrus.Layout, Stop, rounds: 1);

        await KillAtEachStepAsync(cyrus, 7, async () =>
        {
            var bundle = cyrus.NewBundle();
            cyrus.Publish(bundle);
            await cyrus.WaitForHealthyAsync(bundle, Stop);
            (await LeafAsync(cyrus)).ShouldBe(bundle.Certificate.LeafSha256);
        });

        await sessions.FinishAsync(Stop);
    }

    [Fact]
    public async Task Way_back_is_finished_by_the_next_engine()
    {
        await using var cyrus = await StartAsync();
        // A changed cyrus.conf: the master is signalled, and only IDLE is known to survive that.
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
        await session.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop);
        await session.CommandAsync("SELECT INBOX", Stop);
        await session.StartIdleAsync(Stop);
        using var squatter = new PortSquatter();
        var good = cyrus.First!;

        await KillAtEachStepAsync(cyrus, 5, async () =>
        {
            var bad = squatter.BundleWithItsPort(cyrus);
            cyrus.Publish(bad);
            await cyrus.WaitForAsync(
                report => report is { Phase: ReloadPhase.Failed } && report.Rejected == bad.Digest && report.Active == good.Digest && report.Served == good.Digest, Stop);
            (await LeafAsync(cyrus)).ShouldBe(good.Certificate.LeafSha256);
            cyrus.Publish(good);
            await cyrus.WaitForHealthyAsync(good, Stop);
        });

        await session.EndIdleAsync(Stop);
        await session.LogoutAsync(Stop);
    }

    private async Task<RealCyrus> StartAsync()
    {
        tools.Program("killstep.c");
        return await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = 1 }, environment: ("CYRUS_RELOADER_PROBE_SECONDS", "2"));
    }

    /// <summary>Does it once, to see its steps, and then once for each of them, or for so many of those that matter, with a kill there.</summary>
    private async Task KillAtEachStepAsync(RealCyrus cyrus, int most, Func<Task> reload)
    {
        await RestartEngineAsync(cyrus);
        File.Delete(tools["step.count"]);
        await reload();
        var calls = await File.ReadAllLinesAsync(tools["step.count"], Stop);
        List<int> all = [.. Enumerable.Range(1, calls.Length).Where(step => Matters(calls, step))];
        var steps = EachStep ? all : Spread(all, most);
        var killed = new List<string>();

        foreach (var step in steps)
        {
            await RestartEngineAsync(cyrus);
            await File.WriteAllTextAsync(tools["step"], step.ToString(CultureInfo.InvariantCulture), Stop);
            await reload();
            cyrus.Workers().ShouldNotContain(worker => cyrus.IsStopped(worker.Pid));
            File.Delete(tools["step"]);
            killed.AddRange(cyrus.EngineLog.Split('\n').Where(static line => line.StartsWith("killed before ", StringComparison.Ordinal)));
        }

        output.WriteLine($"{calls.Length} steps, killed {killed.Count} times: {string.Join(", ", killed.Select(static line => line["killed before ".Length..]))}");
        killed.Count.ShouldBeGreaterThan(steps.Count / 2); // one reload takes a few signals more than another
    }

    /// <summary>The scratch directories of the pre-flight are made and removed with many calls; of the signals every eighth is tried.</summary>
    private static bool Matters(string[] calls, int step) => calls[step - 1] switch
    {
        "mkdir" or "rmdir" or "unlink" => false,
        "pidfd_send_signal" or "connect" => step % 8 == 0,
        _ => true,
    };

    private static List<int> Spread(List<int> all, int most) => [.. all.Where((_, index) => index * most / all.Count != (index - 1) * most / all.Count || index == 0)];

    private async Task RestartEngineAsync(RealCyrus cyrus)
    {
        await cyrus.StopEngineAsync();
        cyrus.StartEngineUnder([tools["killstep"], tools["step"]]);
        await cyrus.WaitForAsync(static report => report.Phase is ReloadPhase.Healthy, Stop);
    }

    private static async Task<string> LeafAsync(RealCyrus cyrus)
    {
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
        return session.LeafSha256;
    }
}
