using System.Globalization;
using Chaos.Results;
using MailLoad;
using Operator.Entities.Servers;
using Operator.Testing.Cluster;

namespace Chaos;

/// <summary>How much of everything.</summary>
/// <param name="Seed">Decides what happens when.</param>
/// <param name="Length">For how long new faults strike.</param>
/// <param name="Sessions">Sessions that are held.</param>
/// <param name="PerSecond">New connections a second.</param>
/// <param name="Choice">What is in the name of each fault that strikes; empty for all of them.</param>
internal sealed record Plan(int Seed, TimeSpan Length, int Sessions, double PerSecond, string Choice = "")
{
    /// <summary>What strikes.</summary>
    public IReadOnlyList<Fault> Faults { get; } = [.. global::Chaos.Faults.All.Where(fault => fault.Name.Contains(Choice, StringComparison.Ordinal))];
}

/// <summary>Lets one fault after the other strike a server under load, and says which invariants were broken.</summary>
internal sealed class Campaign(Plan plan, Action<string> log)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3), Beat = TimeSpan.FromMilliseconds(200), ToNotice = TimeSpan.FromSeconds(8);

    private readonly long begun = Tally.Now();
    private readonly Tally tally = new();
    private readonly List<Excuse> excuses = [];
    private readonly List<string> strikes = [];

    /// <summary>Runs it.</summary>
    /// <param name="folder">For what is left behind when an invariant was broken.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<Outcome> RunAsync(string folder, CancellationToken stop)
    {
        await using var field = new Field();
        var site = await field.StartAsync(plan.Sessions, stop);
        await using var health = new HealthWatch(field);
        await using var held = await HeldSessions.OpenAsync(site, plan.Sessions, tally, stop);
        await using var arrivals = Arrivals.Start(site, plan.PerSecond, tally, asks: true);
        await using var deliveries = Deliveries.Start(site, perSecond: 2, tally);
        var broken = new List<string>();
        await TryAsync("it is not whole again", () => StrikeAsync(field, held, stop), broken, stop);
        await arrivals.EndAsync();
        var mail = new DeliveryBalance(0, [], []);
        await TryAsync("the mailbox cannot be read", async () => mail = await deliveries.BalanceAsync(stop), broken, stop);
        broken.AddRange(
        [
            .. mail.Lost.Select(static number => $"message {number} was accepted and is lost"),
            .. mail.Doubled.Select(static number => $"message {number} is there twice"),
            .. field.Lies,
            .. Judge.Hurt(tally.Troubles, excuses, TimeOf),
            .. Judge.Stale(tally.Handshakes, field.Numbers, health.Marks, TimeOf),
            .. Judge.Unseen(tally.Handshakes, field.Configurations - 1),
        ]);
        if (broken.Count > 0)
            await Evidence.CollectAsync(folder, CancellationToken.None);
        return new Outcome(plan, strikes, field.Numbers.Count, field.Configurations, tally.Handshakes.Count, mail.Accepted, excuses.Count, broken);
    }

    private async Task TryAsync(string otherwise, Func<Task> step, List<string> broken, CancellationToken stop)
    {
        try
        {
            await step();
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            broken.Add($"{TimeOf(Tally.Now())} {otherwise}: {error.Message}");
        }
    }

    private async Task StrikeAsync(Field field, HeldSessions held, CancellationToken stop)
    {
        var since = Tally.Now();
        foreach (var turn in Schedule.Of(plan.Seed, plan.Faults))
        {
            if (TimeProvider.System.GetElapsedTime(since) > plan.Length)
                break;
            await TakeAsync(turn, field, held, stop);
        }
        await field.RotateAsync(stop);
        await HealthyAsync(field, stop);
        await held.AllAsync(stop);
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, stop); // by then every held session has done something
    }

    private async Task TakeAsync(Turn turn, Field field, HeldSessions held, CancellationToken stop)
    {
        if (turn.Rotates)
            await field.RotateAsync(stop);
        await Task.Delay(turn.Delay, TimeProvider.System, stop);
        var from = Tally.Now();
        log($"{TimeOf(from)} {turn.Fault.Name}{(turn.Rotates ? $", {turn.Delay.TotalSeconds:0.0} s after a new certificate" : "")}");
        strikes.Add(turn.Fault.Name);
        try
        {
            await turn.Fault.StrikeAsync(field, new Random(turn.Seed), stop);
            if (turn.Fault.Damage == Damage.AllSessions)
                await RecoveredAsync(field, held, stop);
        }
        finally
        {
            if (turn.Fault.Damage != Damage.None)
                excuses.Add(new Excuse(turn.Fault.Name, turn.Fault.Damage, from, Tally.Now() + Grace));
        }
        if (turn.AwaitsHealth)
            await HealthyAsync(field, stop);
    }

    // A session acts every five seconds, and only then is it seen that it was cut.
    private static long Grace => TimeProvider.System.TimestampFrequency * 10;

    private static async Task RecoveredAsync(Field field, HeldSessions held, CancellationToken stop)
    {
        await Task.Delay(ToNotice, TimeProvider.System, stop); // until all have noticed
        await HealthyAsync(field, stop);
        await held.AllAsync(stop);
    }

    private static async Task HealthyAsync(Field field, CancellationToken stop)
    {
        var since = Tally.Now();
        var wanted = MailServer.Serves(field.Certificate);
        while (await field.ReadAsync(stop) is var server && (server is null || !wanted(server)))
        {
            if (TimeProvider.System.GetElapsedTime(since) > Limit)
                throw new TimeoutException($"the server did not become healthy: {InWords(server)}");
            await Task.Delay(Beat, TimeProvider.System, stop);
        }
    }

    private static string InWords(CyrusServer? server) => server?.Status is not { } status
        ? "no status"
        : string.Join("; ", status.Conditions.Select(static one => $"{one.Type}={one.Status} {one.Reason}: {one.Message}"));

    private string TimeOf(long at) => TimeProvider.System.GetElapsedTime(begun, at).TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture);
}
