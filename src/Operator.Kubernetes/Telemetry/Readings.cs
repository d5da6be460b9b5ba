namespace Operator.Kubernetes.Telemetry;

/// <summary>A queue and its workers at one moment.</summary>
/// <param name="Name">The controller's.</param>
/// <param name="IsWorking">The workers have begun and not stopped; a controller that does not lead has none.</param>
/// <param name="Depth">Keys that are ready.</param>
/// <param name="Unfinished">The time that the keys in work have taken so far, added up.</param>
/// <param name="LongestRunning">The time of the one that has taken longest.</param>
/// <param name="SinceTaken">Since a key was last handed out, or the workers began.</param>
public readonly record struct QueueReading(
    string Name, bool IsWorking, int Depth, TimeSpan Unfinished, TimeSpan LongestRunning, TimeSpan SinceTaken)
{
    /// <summary>controller-runtime's: both are the controller's name.</summary>
    internal KeyValuePair<string, object?>[] Labels => [new("name", Name), new("controller", Name)];
}

/// <summary>An informer at one moment.</summary>
/// <param name="Name">The kind, and the namespaces if they are not all.</param>
/// <param name="HasSynced">The first list is taken over.</param>
/// <param name="Items">Objects held.</param>
/// <param name="Lists">Lists that were begun.</param>
/// <param name="Watches">Watches that were begun: one more than what had to be begun anew.</param>
/// <param name="ShortWatches">Watches that ended at once and told nothing.</param>
/// <param name="Failures">Lists and watches that failed.</param>
/// <param name="SinceProgress">Since it last did anything: a page listed, a watch begun, an event seen, a failure.</param>
public readonly record struct InformerReading(
    string Name, bool HasSynced, int Items, long Lists, long Watches, long ShortWatches, long Failures, TimeSpan SinceProgress)
{
    internal KeyValuePair<string, object?>[] Labels => [new("name", Name)];

    /// <summary>Both as one: in sync when both are, and as long without progress as the worse of them.</summary>
    internal InformerReading With(InformerReading other) => new(
        Name,
        HasSynced && other.HasSynced,
        Items + other.Items,
        Lists + other.Lists,
        Watches + other.Watches,
        ShortWatches + other.ShortWatches,
        Failures + other.Failures,
        SinceProgress > other.SinceProgress ? SinceProgress : other.SinceProgress);
}
