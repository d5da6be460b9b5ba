using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Controllers;

/// <summary>
/// What a healthy runtime never exceeds. Far above what is normal: a restart helps against a bug only, and costs all caches.
/// </summary>
public sealed record HealthLimits
{
    /// <summary>How long an informer may show no sign of life. A watch is ended by the server within 10 min, or by its deadline.</summary>
    /// <value>The default is 15 min.</value>
    public TimeSpan Informer { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long one key may be worked on.</summary>
    /// <value>The default is 10 min.</value>
    public TimeSpan Work { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long no ready key may be handed out. Not how long one waits: a long queue that moves is work, not a fault.</summary>
    /// <value>The default is 10 min.</value>
    public TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Ready and live, as kubelet's probes mean them. No I/O and no clock.</summary>
internal static class HealthRules
{
    /// <summary>Why it is not ready; nothing when it is: every informer has synced.</summary>
    public static IEnumerable<string> NotReady(IEnumerable<InformerReading> informers) =>
        informers.Where(static one => !one.HasSynced).Select(static one => $"{one.Name} has not synced");

    /// <summary>
    /// Why it is not live; nothing when it is: each informer shows signs of life, also when all that it does fails (a restart would not
    /// bring the API server back), and the queues of those controllers that work move.
    /// </summary>
    public static IEnumerable<string> NotLive(
        IEnumerable<InformerReading> informers, IEnumerable<QueueReading> queues, HealthLimits limits)
    {
        foreach (var one in informers.Where(one => one.SinceProgress > limits.Informer))
            yield return $"{one.Name} has shown no sign of life for {Seconds(one.SinceProgress)}";
        foreach (var one in queues.Where(one => one.LongestRunning > limits.Work))
            yield return $"{one.Name} has worked on one key for {Seconds(one.LongestRunning)}";
        foreach (var one in queues.Where(one => one is { IsWorking: true, Depth: > 0 } && one.SinceTaken > limits.Stall))
            yield return $"{one.Name} has {one.Depth} ready keys and has taken none for {Seconds(one.SinceTaken)}";
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:F0} s";
}
