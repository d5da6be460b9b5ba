using Report;

namespace OperatorBench;

/// <summary>Processor time in seconds: where the time went.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Api">kube-apiserver and etcd.</param>
/// <param name="Players">The bench, which plays controllers, kubelets and sidecars.</param>
internal sealed record CpuSeconds(double Operator, double Api, double Players)
{
    /// <summary>What was used since an earlier look.</summary>
    public CpuSeconds Since(CpuSeconds earlier) => new(Operator - earlier.Operator, Api - earlier.Api, Players - earlier.Players);
}

/// <summary>Something that each of many servers went through.</summary>
/// <param name="Seconds">From the beginning of all to the end of each, as the bench's watch has seen it.</param>
/// <param name="Cpu">Meanwhile.</param>
internal sealed record Wave(Percentiles Seconds, CpuSeconds Cpu)
{
    /// <summary>Servers a second.</summary>
    public double Rate => Seconds.Count / Seconds.Max;
}

/// <summary>The start of an operator that finds everything as it should be.</summary>
/// <param name="Ready">Seconds until it says that it is ready.</param>
/// <param name="Reconciled">Seconds until it has looked at every server.</param>
/// <param name="Cpu">Its processor time until then, in seconds.</param>
internal sealed record Start(double Ready, double Reconciled, double Cpu);

/// <summary>Nothing happens.</summary>
/// <param name="Writes">Requests that may change something.</param>
/// <param name="Requests">All of them.</param>
/// <param name="MilliCpu">Thousandths of a processor.</param>
internal sealed record Steady(double Writes, double Requests, double MilliCpu);

/// <summary>All that is known of one number of servers.</summary>
internal sealed record Result
{
    public required int Servers { get; init; }

    /// <summary>How many were made in this stage, and from the first one's creation to the last one's health.</summary>
    public required Wave Created { get; init; }

    public required IReadOnlyList<Start> Starts { get; init; }

    /// <summary>Resident memory in MB right after the last start, once all was looked at.</summary>
    public required double RssAfterStart { get; init; }

    /// <summary>The same after the steady state.</summary>
    public required double Rss { get; init; }

    /// <summary>Most of it, in MB: while servers were made or all certificates changed.</summary>
    public required double MostRss { get; init; }

    public required Steady Steady { get; init; }

    /// <summary>One Secret that <see cref="Scale.Sharing"/> servers share was written.</summary>
    public required Wave Shared { get; init; }

    /// <summary>All of them were.</summary>
    public required Wave All { get; init; }
}
