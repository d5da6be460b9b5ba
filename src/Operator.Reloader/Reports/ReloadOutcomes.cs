namespace Operator.Reloader.Reports;

/// <summary>How a reload ended.</summary>
internal enum ReloadOutcome
{
    /// <summary>The desired generation was proved on the wire.</summary>
    Served,

    /// <summary>The desired generation was refused.</summary>
    Refused,

    /// <summary>After a refusal, what was served before was proved again.</summary>
    Restored,

    /// <summary>Something stood in the way that is not the generation's fault; it is tried again.</summary>
    Failed,
}

/// <summary>Counts how reloads ended, since the sidecar's start.</summary>
internal sealed class ReloadOutcomes
{
    private readonly long[] _counts = new long[Enum.GetValues<ReloadOutcome>().Length];

    /// <summary>How many ended so.</summary>
    public long this[ReloadOutcome outcome] => Interlocked.Read(ref _counts[(int)outcome]);

    /// <summary>One more.</summary>
    public void Count(ReloadOutcome outcome) => Interlocked.Increment(ref _counts[(int)outcome]);
}
