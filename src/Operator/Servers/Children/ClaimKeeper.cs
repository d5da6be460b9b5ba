using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Children;

/// <summary>Lets volume claims grow, and belong to the server or not, as <see cref="ClaimRules"/> says.</summary>
internal sealed class ClaimKeeper(ServerCaches caches, IKubernetesClient client, TimeProvider time)
{
    // A StorageClass that allows expansion since is noticed after so long.
    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<ObjectKey, Refusal> refusals = new();

    /// <summary>Takes the next step for each claim of a server.</summary>
    /// <returns>The first thing that cannot be, or null.</returns>
    public async Task<InputProblem?> KeepAsync(CyrusServer server, CancellationToken cancellationToken)
    {
        InputProblem? first = null;
        foreach (var claim in caches.ClaimsOf(ObjectKey.Of(server)).OrderBy(static claim => claim.Metadata.Name, StringComparer.Ordinal))
        {
            if (claim.Metadata.DeletionTimestamp is not null || ClaimRules.Decide(server, claim) is not { } step)
                continue;
            first ??= step.Problem;
            if (step.Owners is { } owners)
                await PatchAsync(claim, ClaimRules.OwnersPatch(claim, owners), cancellationToken);
            if (step.Size is { } size)
            {
                var refused = await GrowAsync(ObjectKey.Of(server), claim, size, cancellationToken);
                first ??= refused;
            }
        }
        return first;
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server)
    {
        foreach (var (claim, refusal) in refusals)
        {
            if (refusal.Server == server)
                refusals.TryRemove(claim, out _);
        }
    }

    private async Task<InputProblem?> GrowAsync(ObjectKey server, V1PersistentVolumeClaim claim, string size, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(claim);
        if (refusals.TryGetValue(key, out var last) && last.Size == size && time.GetElapsedTime(last.At) < TryAgain)
            return last.Problem;
        try
        {
            await PatchAsync(claim, ClaimRules.SizePatch(size), cancellationToken);
            refusals.TryRemove(key, out _);
            return null;
        }
        catch (ApiException error) when (error.IsForbidden || error.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            var problem = new InputProblem(
                "VolumeNotExpandable", $"PersistentVolumeClaim {key} cannot grow to {size}: {error.Status?.Message ?? error.StatusCode.ToString()}");
            refusals[key] = new Refusal(server, size, problem, time.GetTimestamp());
            return problem;
        }
    }

    private Task<V1PersistentVolumeClaim> PatchAsync(
        V1PersistentVolumeClaim claim, JsonObject patch, CancellationToken cancellationToken) =>
        client.MergePatchAsync(Resources.PersistentVolumeClaims, ObjectKey.Of(claim), patch, Names.FieldManager, cancellationToken);

    private sealed record Refusal(ObjectKey Server, string Size, InputProblem Problem, long At);
}
