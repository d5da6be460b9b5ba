using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Leadership;

/// <summary>What a candidate does about a Lease.</summary>
internal enum LeaseStep
{
    /// <summary>There is none: make one.</summary>
    Create,

    /// <summary>It is free, run out, or ours already: write our name into it.</summary>
    Take,

    /// <summary>Somebody holds it.</summary>
    Wait,
}

/// <summary>The decisions of the election (client-go tools/leaderelection). No I/O, no clock, no chance.</summary>
internal static class LeaseRules
{
    /// <summary>What to do.</summary>
    /// <param name="lease">As it was just read; null: there is none.</param>
    /// <param name="identity">Who we are.</param>
    /// <param name="unchanged">By our own monotonic clock, since we first saw it as it is. Never by its times: clocks differ.</param>
    public static LeaseStep Step(V1Lease? lease, string identity, TimeSpan unchanged)
    {
        if (lease is null)
            return LeaseStep.Create;
        var holder = lease.Spec?.HolderIdentity;
        return string.IsNullOrEmpty(holder) || holder == identity || unchanged >= Valid(lease) ? LeaseStep.Take : LeaseStep.Wait;
    }

    /// <summary>How long after its last change it holds: as the record says, which may be another's configuration, not ours.</summary>
    public static TimeSpan Valid(V1Lease lease) => TimeSpan.FromSeconds(Math.Max(lease.Spec?.LeaseDurationSeconds ?? 1, 1));

    /// <summary>
    /// How long a candidate waits, or a holder after a failure: 25 to 50 % of the period, so that a Lease that was let go is taken well
    /// within it and no two look in step, and not past the moment at which the Lease runs out.
    /// </summary>
    /// <param name="period">The retry period.</param>
    /// <param name="untilExpiry">Until the Lease runs out; null when that is not known.</param>
    /// <param name="jitter">A random number from 0 to 1.</param>
    public static TimeSpan Wait(TimeSpan period, TimeSpan? untilExpiry, double jitter)
    {
        var wait = period * (0.25 + (0.25 * jitter));
        return untilExpiry is { } left && left > TimeSpan.Zero && left < wait ? left : wait;
    }

    /// <summary>Whether the holder did anything between two looks. Annotations and the like are no sign of life.</summary>
    public static bool IsSameRecord(V1LeaseSpec? one, V1LeaseSpec? other) => Record(one) == Record(other);

    /// <summary>Whether we hold it.</summary>
    public static bool IsHeldBy(V1Lease? lease, string identity) => lease?.Spec?.HolderIdentity == identity;

    /// <summary>The record with our name in it.</summary>
    /// <param name="old">What it said before; null when there was none.</param>
    /// <param name="options">Who we are.</param>
    /// <param name="now">For people who look at it.</param>
    public static V1LeaseSpec Taken(V1LeaseSpec? old, LeaderElectionOptions options, DateTimeOffset now) => new()
    {
        HolderIdentity = options.Identity,
        LeaseDurationSeconds = (int)options.LeaseDuration.TotalSeconds,
        AcquireTime = now,
        RenewTime = now,
        LeaseTransitions = (old?.LeaseTransitions ?? 0) + (old is null || old.HolderIdentity == options.Identity ? 0 : 1),
    };

    /// <summary>What a renewal changes.</summary>
    public static V1LeaseSpec Renewed(DateTimeOffset now) => new() { RenewTime = now };

    /// <summary>What letting go changes. The short duration is for electors that do not know an empty holder.</summary>
    public static V1LeaseSpec Released(DateTimeOffset now) => new() { HolderIdentity = "", LeaseDurationSeconds = 1, RenewTime = now };

    private static (string?, int?, DateTimeOffset?, DateTimeOffset?, int?) Record(V1LeaseSpec? spec) =>
        (spec?.HolderIdentity, spec?.LeaseDurationSeconds, spec?.AcquireTime, spec?.RenewTime, spec?.LeaseTransitions);
}
