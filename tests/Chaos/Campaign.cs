using System.Globalization;
using MailLoad;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Testing.Cluster;

namespace Chaos;

/// <summary>How much of everything.</summary>
/// <param name="Seed">Decides what happens when.</param>
/// <param name="Length">For how long new faults strike.</param>
/// <param name="Sessions">Sessions that are held.</param>
/// <param name="PerSecond">New connections a second.</param>
internal sealed record Plan(int Seed, TimeSpan Length, int Sessions, double PerSecond);

/// <summary>Lets one fault after the other strike a server under load, and says which invariants were broken.</summary>
internal sealed class Campaign(Plan plan, Action<string> log)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly long begun = Tally.Now();
    private readonly Tally tally = new();
    private readonly List<Excuse> excuses = [];

    /// <summary>Runs it.</summary>
    /// <returns>What was broken; nothing, when all is well.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken stop)
    {
        await using var field = new Field();
        var site = await field.StartAsync(plan.Sessions, stop);
        await using var health = new HealthWatch(field);
        await using var held = await HeldSessions.OpenAsync(site, plan.Sessions, tally, stop);
        await using var arrivals = Arrivals.Start(site, plan.PerSecond, tally);
        await using var deliveries = Deliveries.Start(site, perSecond: 2, tally);
        var since = Tally.Now();
        foreach (var turn in Schedule.Of(plan.Seed, Faults.All))
        {
            if (TimeProvider.System.GetElapsedTime(since) > plan.Length)
                break;
            await TakeAsync(turn, field, held, stop);
        }
        await field.RotateAsync(stop);
        await HealthyAsync(field, stop);
        await held.AllAsync(stop);
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, stop); // by then every held session has done something
        await arrivals.EndAsync();
        var mail = await deliveries.BalanceAsync(stop);
        log($"{mail.Accepted} messages, {tally.Handshakes.Count} new connections, {field.Numbers.Count} certificates, {excuses.Count} times excused");
        return
        [
            .. mail.Lost.Select(static number => $"message {number} was accepted and is lost"),
            .. mail.Doubled.Select(static number => $"message {number} is there twice"),
            .. Judge.Hurt(tally.Troubles, excuses, TimeOf),
            .. Judge.Stale(tally.Handshakes, field.Numbers, health.Marks, TimeOf),
        ];
    }

    private async Task TakeAsync(Turn turn, Field field, HeldSessions held, CancellationToken stop)
    {
        if (turn.Rotates)
            await field.RotateAsync(stop);
        await Task.Delay(turn.Delay, TimeProvider.System, stop);
        var from = Tally.Now();
        log($"{TimeOf(from)} {turn.Fault.Name}{(turn.Rotates ? $", {turn.Delay.TotalSeconds:0.0} s after a new certificate" : "")}");
        await turn.Fault.StrikeAsync(field, new Random(turn.Seed), stop);
        if (turn.Fault.Damage == Damage.AllSessions)
            await RecoveredAsync(field, held, stop);
        if (turn.Fault.Damage != Damage.None)
            excuses.Add(new Excuse(turn.Fault.Name, turn.Fault.Damage, from, Tally.Now() + Grace));
        if (turn.AwaitsHealth)
            await HealthyAsync(field, stop);
    }

    // A session acts every five seconds, and only then is it seen that it was cut.
    private static long Grace => TimeProvider.System.TimestampFrequency * 10;

    private static async Task RecoveredAsync(Field field, HeldSessions held, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System, stop); // until all have noticed
        await HealthyAsync(field, stop);
        await held.AllAsync(stop);
    }

    private static async Task HealthyAsync(Field field, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        var wanted = MailServer.Serves(field.Certificate);
        CyrusServer? last = null;
        while (!limit.IsCancellationRequested)
        {
            try
            {
                last = await field.Client.GetAsync(CyrusResources.Servers, new ObjectKey(Field.Space, "mail"), limit.Token);
                if (last is not null && wanted(last))
                    return;
            }
            catch (Exception) when (!limit.IsCancellationRequested)
            {
                // The API server is away.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
        stop.ThrowIfCancellationRequested();
        throw new TimeoutException("The server did not become healthy again: "
            + string.Join("; ", last?.Status?.Conditions.Select(static one => $"{one.Type}={one.Status} {one.Reason}: {one.Message}") ?? ["no status"]));
    }

    private string TimeOf(long at) => TimeProvider.System.GetElapsedTime(begun, at).TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture);
}
