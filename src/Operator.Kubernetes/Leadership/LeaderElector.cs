using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Leadership;

/// <summary>
/// Leads while it holds a Lease: a scope around the work, not a pair of events. At a stop the work drains first, while the Lease is still
/// renewed; then it is released, so that the next one takes over at once. Runs once: a lost Lease ends the process.
/// </summary>
/// <remarks>
/// A Lease is no lock. A process that is frozen for longer than the duration (SIGSTOP, a paused VM) may send one more request when it
/// wakes up, before its clock tells it. What must not happen then is fenced where it is written: an update that carries the
/// resourceVersion it was decided on is refused when the next leader has written since; what has no such version stores
/// <see cref="Term"/> and refuses a lower one.
/// </remarks>
public sealed partial class LeaderElector
{
    private const int NoTerm = -1;
    private readonly LeaderElectionOptions options;
    private readonly LeaseStore store;
    private readonly TimeProvider time;
    private readonly ILogger<LeaderElector> logger;
    private readonly RuntimeMetrics metrics;
    private V1Lease? seen;
    private long seenAt;
    private int currentTerm = NoTerm;

    /// <summary>A candidate; nothing is asked yet.</summary>
    /// <param name="options">Which Lease.</param>
    /// <param name="client">The API server.</param>
    /// <param name="time">For waiting; its monotonic clock decides.</param>
    /// <param name="logger">Who leads at Information, failures at Warning.</param>
    /// <param name="metrics">Told who leads; null: nobody.</param>
    /// <exception cref="ArgumentException">The options cannot work.</exception>
    public LeaderElector(
        LeaderElectionOptions options,
        IKubernetesClient client,
        TimeProvider time,
        ILogger<LeaderElector> logger,
        RuntimeMetrics? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        this.options = options;
        this.time = time;
        this.logger = logger;
        this.metrics = metrics ?? RuntimeMetrics.None;
        store = new LeaseStore(client, options, time);
    }

    /// <summary>This process leads.</summary>
    public bool IsLeader => Term is not null;

    /// <summary>The <see cref="LeadershipTerm.Number"/> while it leads: the fencing token for what it writes; null otherwise.</summary>
    public int? Term
    {
        get
        {
            var number = Volatile.Read(ref currentTerm);
            return number == NoTerm ? null : number;
        }
    }

    /// <summary>Waits for the Lease, leads, and releases it. Returns when it was stopped or the work ended.</summary>
    /// <param name="lead">
    /// The work. It returns, and does not throw, when the term ends. When it throws, the Lease is not released: what it left is not known.
    /// </param>
    /// <param name="stop">Ends the waiting; ends the term after the work has drained.</param>
    /// <exception cref="LeadershipLostException">The Lease was lost; the process must end.</exception>
    public async Task RunAsync(Func<LeadershipTerm, Task> lead, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(lead);
        SetTerm(NoTerm);
        if (await AcquireAsync(stop) is not { } held)
            return;
        using var term = new LeadershipTerm(held.Lease.Spec?.LeaseTransitions ?? 0, time, stop);
        term.Extend(LeftOf(held.SentAt));
        SetTerm(term.Number);
        Log.Leads(logger, options.Identity, store.Name, term.Number);
        await LeadAsync(lead, term, held.Lease);
        await ReleaseAsync();
    }

    private async Task LeadAsync(Func<LeadershipTerm, Task> lead, LeadershipTerm term, V1Lease lease)
    {
        // Outlives the stop: still renewing while the work drains.
        using var hold = CancellationTokenSource.CreateLinkedTokenSource(term.Lost);
        var renewal = RenewAsync(term, lease, hold.Token);
        var work = StartAsync(lead, term);
        // The renewal ends before the work only when the Lease is lost. Then the work has what is left of the Lease to stop in.
        if (await Task.WhenAny(work, renewal) != work)
        {
            var left = options.LeaseDuration - options.RenewDeadline;
            await work.WaitAsync(left, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await hold.CancelAsync();
        await renewal;
        SetTerm(NoTerm);
        if (term.Lost.IsCancellationRequested)
            throw new LeadershipLostException(store.Name, term.LostBecause ?? $"not renewed for {options.RenewDeadline.TotalSeconds} s");
        await work; // throws what made it fail
    }

    private static async Task StartAsync(Func<LeadershipTerm, Task> lead, LeadershipTerm term) => await lead(term);

    private async Task<Held?> AcquireAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await TryAcquireAsync(stop) is { } held && LeftOf(held.SentAt) > TimeSpan.Zero)
                    return held;
            }
            catch (Exception error)
            {
                if (stop.IsCancellationRequested)
                    await ReleaseAsync(); // what was cancelled may have been done all the same
                else
                    LogFailure(error);
            }
            var left = seen is null ? (TimeSpan?)null : LeaseRules.Valid(seen) - time.GetElapsedTime(seenAt);
            await WaitAsync(LeaseRules.Wait(options.RetryPeriod, left, Random.Shared.NextDouble()), stop);
        }
        return null;
    }

    private async Task<Held?> TryAcquireAsync(CancellationToken stop)
    {
        var lease = await store.ReadAsync(stop);
        See(lease);
        var sentAt = time.GetTimestamp(); // from here on, so that ours never lasts longer than others believe
        switch (LeaseRules.Step(lease, options.Identity, time.GetElapsedTime(seenAt)))
        {
            case LeaseStep.Create:
                return new Held(await store.CreateAsync(LeaseRules.Taken(null, options, time.GetUtcNow()), stop), sentAt);
            case LeaseStep.Take:
                return new Held(await store.UpdateAsync(lease!, LeaseRules.Taken(lease!.Spec, options, time.GetUtcNow()), stop), sentAt);
            default:
                return null;
        }
    }

    /// <summary>Renews until the Lease is lost or it is told to stop; never throws.</summary>
    private async Task RenewAsync(LeadershipTerm term, V1Lease held, CancellationToken hold)
    {
        V1Lease? known = held;
        var wait = options.RetryPeriod;
        while (await WaitAsync(wait, hold))
        {
            try
            {
                var sentAt = time.GetTimestamp();
                known ??= await store.ReadAsync(hold);
                if (!LeaseRules.IsHeldBy(known, options.Identity))
                {
                    term.Lose(known is null ? "it was deleted" : $"'{known.Spec?.HolderIdentity}' holds it");
                    return;
                }
                known = await store.UpdateAsync(known!, LeaseRules.Renewed(time.GetUtcNow()), hold);
                term.Extend(LeftOf(sentAt));
                wait = options.RetryPeriod;
            }
            catch (Exception error)
            {
                known = null; // it may have been written all the same, or by somebody else: look
                wait = LeaseRules.Wait(options.RetryPeriod, null, Random.Shared.NextDouble());
                if (!hold.IsCancellationRequested)
                    LogFailure(error);
            }
        }
    }

    /// <summary>Lets the Lease go if it is ours. When that fails it runs out by itself.</summary>
    private async Task ReleaseAsync()
    {
        try
        {
            var lease = await store.ReadAsync(CancellationToken.None);
            if (!LeaseRules.IsHeldBy(lease, options.Identity))
                return;
            await store.UpdateAsync(lease!, LeaseRules.Released(time.GetUtcNow()), CancellationToken.None);
            Log.Released(logger, options.Identity, store.Name);
        }
        catch (Exception error)
        {
            LogFailure(error);
        }
    }

    private TimeSpan LeftOf(long sentAt) => options.RenewDeadline - time.GetElapsedTime(sentAt);

    private void See(V1Lease? lease)
    {
        if (lease?.Spec?.HolderIdentity is { Length: > 0 } holder && holder != seen?.Spec?.HolderIdentity)
            Log.Holder(logger, store.Name, holder);
        if (seen is null || lease is null || !LeaseRules.IsSameRecord(seen.Spec, lease.Spec))
            seenAt = time.GetTimestamp();
        seen = lease;
    }

    private void SetTerm(int number)
    {
        Volatile.Write(ref currentTerm, number);
        metrics.Leads(options.Name, number != NoTerm);
    }

    /// <returns>False when cancelled.</returns>
    private async Task<bool> WaitAsync(TimeSpan wait, CancellationToken stop)
    {
        await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }

    private void LogFailure(Exception error)
    {
        if (error is ApiException { IsConflict: true } or ApiException { IsAlreadyExists: true })
            Log.Faster(logger, store.Name);
        else if (error is ApiException { IsForbidden: true })
            Log.Forbidden(logger, store.Name, error.Message);
        else
            Log.Failed(logger, store.Name, error.Message, Outage.TraceOf(error));
    }

    /// <summary>The Lease as we wrote it.</summary>
    /// <param name="Lease">With its new version.</param>
    /// <param name="SentAt">Timestamp of just before.</param>
    private sealed record Held(V1Lease Lease, long SentAt);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Identity} leads: it holds the lease {Lease}, term {Number}.")]
        public static partial void Leads(ILogger logger, string identity, string lease, int number);

        [LoggerMessage(LogLevel.Information, "{Identity} has released the lease {Lease}.")]
        public static partial void Released(ILogger logger, string identity, string lease);

        [LoggerMessage(LogLevel.Information, "The lease {Lease} is held by '{Holder}'.")]
        public static partial void Holder(ILogger logger, string lease, string holder);

        [LoggerMessage(LogLevel.Debug, "Somebody was faster with the lease {Lease}.")]
        public static partial void Faster(ILogger logger, string lease);

        [LoggerMessage(LogLevel.Error, "A right is missing (get, create and patch on leases are needed) for the lease {Lease}: {Reason}")]
        public static partial void Forbidden(ILogger logger, string lease, string reason);

        [LoggerMessage(LogLevel.Warning, "The lease {Lease} could not be read or written and is tried again: {Reason}")]
        public static partial void Failed(ILogger logger, string lease, string reason, Exception? error);
    }
}
