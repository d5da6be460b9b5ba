using Report;

namespace ReloaderBench;

/// <summary>A process over some time.</summary>
/// <param name="Rss">Resident memory in MB at the end.</param>
/// <param name="Anonymous">Of it, what is the process' own, not a file's, in MB.</param>
/// <param name="MilliCpu">Thousandths of a processor.</param>
/// <param name="WakeUps">How often a second one of its threads went to sleep by itself.</param>
internal sealed record Cost(double Rss, double Anonymous, double MilliCpu, double WakeUps);

/// <summary>One reload.</summary>
/// <param name="Seconds">From the new files to the report that they are served.</param>
/// <param name="Phases">Seconds in each phase.</param>
/// <param name="Rss">Most resident memory meanwhile, in MB.</param>
/// <param name="Anonymous">Most memory of its own meanwhile, in MB.</param>
/// <param name="CpuSeconds">Processor time of the sidecar.</param>
internal sealed record ReloadCost(double Seconds, IReadOnlyDictionary<string, double> Phases, double Rss, double Anonymous, double CpuSeconds);

/// <summary>Scans of /proc, in ms.</summary>
/// <param name="First">The scanner's first look at all workers, about which it knows nothing.</param>
/// <param name="Next">Each further one.</param>
/// <param name="Bytes">Allocated by each further one.</param>
/// <param name="Processes">All processes of the machine, which has more of them than a pod.</param>
internal sealed record ScanCost(Percentiles First, Percentiles Next, double Bytes, int Processes);

/// <summary>All that is known of one number of workers.</summary>
internal sealed record Result
{
    public required int Workers { get; init; }

    /// <summary>Nothing happens, nobody asks.</summary>
    public required Cost Idle { get; init; }

    /// <summary>The same, with kubelet's probe each 10 s and a scrape each 30 s.</summary>
    public required Cost Probed { get; init; }

    /// <summary>The shell loop, at the same time as <see cref="Idle"/>.</summary>
    public required Cost Shell { get; init; }

    public required ScanCost Scan { get; init; }

    public required IReadOnlyList<ReloadCost> Reloads { get; init; }
}
