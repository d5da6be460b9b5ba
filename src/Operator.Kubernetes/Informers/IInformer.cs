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
    /// <summary>Only this namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only objects with these labels; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects per page of a list.</summary>
    public int PageSize { get; init; } = 500;
}
