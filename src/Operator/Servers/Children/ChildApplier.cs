using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Events;
using Operator.Kubernetes.Informers;

namespace Operator.Servers.Children;

/// <summary>
/// Server-side apply of child objects, left out when neither what is wanted nor what is there has changed since the last time. What somebody
/// else changed of our fields is put right, and told.
/// </summary>
internal sealed class ChildApplier(IKubernetesClient client, EventRecorder events, TimeProvider time)
{
    // Nothing tells of a change of an object that is not watched.
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);
    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(ObjectKey Server, string Kind, string Name), Settled> known = new();

    /// <summary>Makes the object be as wanted; one that is not wanted is deleted if it is ours.</summary>
    /// <param name="server">The server that it belongs to.</param>
    /// <param name="child">What is wanted.</param>
    /// <param name="informer">Where it is seen; null when it is not watched. Then it is read once an hour.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Why that cannot be, or null. It is tried again after a minute, or when something has changed.</returns>
    public async Task<InputProblem?> ApplyAsync<T>(
        CyrusServer server, Child<T> child, Informer<T>? informer, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var id = (ObjectKey.Of(server), child.Resource.QualifiedName, child.Key.Name);
        var wanted = child.Digest;
        var last = known.GetValueOrDefault(id) is { } settled && settled.Wanted == wanted ? settled : null;
        if (last is not null && IsSettled(last, informer, child.Key))
            return last.Problem;
        // Read afresh: the cache may lag behind our own last write.
        var live = await child.ReadAsync(client, cancellationToken);
        if (last is { Problem: null } && last.Version == VersionOf(live))
        {
            known[id] = last with { At = time.GetTimestamp() };
            return null;
        }
        var result = child.Wanted is null
            ? await RemoveAsync(server, child, live, cancellationToken)
            : await WriteAsync(server, child, live, last, cancellationToken);
        known[id] = result with { Wanted = wanted, At = time.GetTimestamp() };
        return result.Problem;
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server)
    {
        foreach (var id in known.Keys.Where(id => id.Server == server))
            known.TryRemove(id, out _);
    }

    private bool IsSettled<T>(Settled last, Informer<T>? informer, ObjectKey key)
        where T : class, IKubernetesObject
    {
        var age = time.GetElapsedTime(last.At);
        if (last.Problem is not null)
            return age < TryAgain;
        return informer is null ? age < LookAgain : informer.Get(key) is { } cached && ChildVersion.Of(cached.Metadata) == last.Version;
    }

    private async Task<Settled> WriteAsync<T>(
        CyrusServer server, Child<T> child, LiveObject? live, Settled? last, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        if (live is not null && ChildOwner.Check(server, child.ToString(), live.Metadata) is { } taken)
            return new Settled { Problem = taken };
        try
        {
            var result = await client.ApplyAsync(child.Resource, child.Wanted!, Names.FieldManager, cancellationToken);
            if (last is { Problem: null })
                Tell(server, child, live, result);
            return new Settled { Version = ChildVersion.Of(result.Metadata) };
        }
        catch (ApiException error) when (IsRefusal(error))
        {
            return new Settled { Problem = Refused(child, error) };
        }
    }

    private async Task<Settled> RemoveAsync<T>(CyrusServer server, Child<T> child, LiveObject? live, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        if (live is null || !ChildOwner.IsOurs(server, live.Metadata))
            return new Settled { Version = VersionOf(live) };
        try
        {
            var options = new DeleteOptions { Propagation = child.Propagation, Uid = live.Metadata.Uid };
            await client.DeleteAsync(child.Resource, child.Key, options, cancellationToken);
            return new Settled();
        }
        catch (ApiException error) when (IsRefusal(error))
        {
            return new Settled { Problem = Refused(child, error) };
        }
    }

    /// <summary>Tells of what the apply has put right: nothing of what we want has changed since the last one.</summary>
    private void Tell<T>(CyrusServer server, Child<T> child, LiveObject? live, T result)
        where T : class, IKubernetesObject
    {
        if (live is null)
        {
            events.Record(server, EventType.Warning, ForeignChange.Reason, ForeignChange.Action, $"{child} had been deleted and was made again");
            return;
        }
        var before = live.Json.Deserialize(child.Resource.Json)!;
        if (ForeignChange.Describe(child.ToString(), ToJson(child, before), ToJson(child, result), live.ManagedFields) is { } note)
            events.Record(server, EventType.Warning, ForeignChange.Reason, ForeignChange.Action, note);
    }

    private static JsonObject ToJson<T>(Child<T> child, T value)
        where T : class, IKubernetesObject => JsonSerializer.SerializeToNode(value, child.Resource.Json)!.AsObject();

    private static string VersionOf(LiveObject? live) => live is null ? "" : ChildVersion.Of(live.Metadata);

    /// <summary>
    /// The API server, an admission webhook (400 when it says no more) or a missing right is against it. Another try may help only when something
    /// has changed.
    /// </summary>
    private static bool IsRefusal(ApiException error) =>
        error.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity
        && !error.IsNamespaceTerminating;

    private static InputProblem Refused<T>(Child<T> child, ApiException error)
        where T : class, IKubernetesObject
    {
        var words = child.Resource.IsSensitive ? null : error.Status?.Message;
        return new("ChildRefused", $"{child} was refused by the API server: {words ?? error.StatusCode.ToString()}");
    }

    /// <summary>How an object stood after the last look.</summary>
    private sealed record Settled
    {
        /// <summary>Hash of what was wanted; empty: nothing.</summary>
        public string Wanted { get; init; } = "";

        /// <summary>What was there then; empty: nothing.</summary>
        public string Version { get; init; } = "";

        /// <summary>Why it is not as wanted.</summary>
        public InputProblem? Problem { get; init; }

        /// <summary>Time stamp of the look.</summary>
        public long At { get; init; }
    }
}
