using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Events;

/// <summary>
/// Writes events: to events.k8s.io/v1, or to core/v1 where that is not served (before Kubernetes 1.19). One writer.
/// </summary>
internal sealed class EventSink(IKubernetesClient client, EventReporter reporter)
{
    private bool isCore;

    /// <summary>
    /// Creates the event, or tells that it happened again; one that is gone by then (they live for an hour) is created anew.
    /// </summary>
    /// <exception cref="ApiException">The server refused it.</exception>
    public async Task WriteAsync(EventState state, CancellationToken cancellationToken)
    {
        if (state.Count > 1 && await TryRepeatAsync(state, cancellationToken))
            return;
        try
        {
            if (!isCore)
                await client.CreateAsync(Resources.EventsV1, EventDraft.Build(reporter, state), cancellationToken);
        }
        catch (ApiException error) when (IsNotServed(error))
        {
            isCore = true;
        }
        if (isCore)
            await client.CreateAsync(Resources.Events, EventDraft.BuildCore(reporter, state), cancellationToken);
    }

    private async Task<bool> TryRepeatAsync(EventState state, CancellationToken cancellationToken)
    {
        var key = EventDraft.Key(state);
        try
        {
            if (isCore)
                await client.MergePatchAsync(Resources.Events, key, EventDraft.RepeatCore(state), reporter.Controller, cancellationToken);
            else
                await client.MergePatchAsync(Resources.EventsV1, key, EventDraft.Repeat(state), reporter.Controller, cancellationToken);
            return true;
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>The path is unknown. A namespace that does not exist is a 404, too, but one that names it.</summary>
    private static bool IsNotServed(ApiException error) => error.IsNotFound && string.IsNullOrEmpty(error.Status?.Details?.Name);
}
