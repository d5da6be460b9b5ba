using System.Collections.Concurrent;
using System.Text.Json;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Events;

namespace Operator.Servers.Status;

/// <summary>Writes a status when it differs from the one that is there, and tells the difference in Events.</summary>
internal sealed class StatusWriter(IKubernetesClient client, EventRecorder events)
{
    private readonly ConcurrentDictionary<ObjectKey, (string? Before, CyrusServerStatus Status)> written = new();

    /// <summary>
    /// The server with the newest status that is known: the watch may still lag behind our own last write, and a status made from
    /// the one before it would undo transition times.
    /// </summary>
    public CyrusServer Newest(CyrusServer cached) =>
        written.TryGetValue(ObjectKey.Of(cached), out var last) && last.Before == cached.Metadata.ResourceVersion
            ? cached with { Status = last.Status }
            : cached;

    /// <summary>Writes the status if it differs.</summary>
    public async Task WriteAsync(CyrusServer server, CyrusServerStatus status, CancellationToken cancellationToken)
    {
        var old = server.Status ?? new CyrusServerStatus();
        if (server.Status is not null && Bytes(old).AsSpan().SequenceEqual(Bytes(status)))
            return;
        var body = server with { Status = status };
        var result = await client.ReplaceStatusAsync(CyrusResources.Servers, body, Names.FieldManager, cancellationToken);
        written[ObjectKey.Of(server)] = (server.Metadata.ResourceVersion, result.Status ?? status);
        foreach (var one in StatusEvents.Between(old, status))
            events.Record(server, one.Type, one.Reason, one.Action, one.Note);
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server) => written.TryRemove(server, out _);

    private static byte[] Bytes(CyrusServerStatus status) =>
        JsonSerializer.SerializeToUtf8Bytes(status, EntitiesJson.Default.CyrusServerStatus);
}
