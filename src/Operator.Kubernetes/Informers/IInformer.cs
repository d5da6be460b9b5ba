using Operator.Kubernetes.Api;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Informers;

/// <summary>An informer of any kind, as a host runs it.</summary>
public interface IInformer
{
    /// <summary>What it watches, for messages.</summary>
    string Name { get; }

    /// <summary>The first list is taken over and its changes are told.</summary>
    bool HasSynced { get; }

    /// <summary>How it stands.</summary>
    InformerReading Read();

    /// <summary>Ends when <see cref="HasSynced"/> turns true.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Lists and watches until cancelled, and returns then. Failures are logged and tried again, for ever; only a bug makes it throw.
    /// Runs once.
    /// </summary>
    Task RunAsync(CancellationToken stop);
}

/// <summary>What an informer keeps of a kind.</summary>
public sealed record InformerOptions
{
    /// <summary>Only these namespaces, each listed and watched by itself, for which a right in each is enough; empty for all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Only objects with these labels; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// Which objects are kept and told; null for all. For what no selector can say, such as "is named by another object": it is asked at
    /// each list and event, and an object that it no longer wants leaves the set at its next event. One that it comes to want later is
    /// in the set after its own next event only, so read with the client what the set does not have. Pure and quick.
    /// </summary>
    public Func<IKubernetesObject, bool>? Keep { get; init; }

    /// <summary>The informer that <see cref="Keep"/> asks; nothing is listed before it has synced.</summary>
    public IInformer? After { get; init; }

    /// <summary>Objects per page of a list.</summary>
    public int PageSize { get; init; } = 500;
}
