using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Leadership;

/// <summary>
/// Reads and writes the one Lease. Each attempt has a deadline of its own and is cancelled by it, not left behind. Rights that are needed:
/// <c>get</c>, <c>create</c> and <c>patch</c> on leases.
/// </summary>
internal sealed class LeaseStore(IKubernetesClient client, LeaderElectionOptions options, TimeProvider time)
{
    // One name for all processes: each manager would have its entry in managedFields for ever.
    private const string FieldManager = "leader-election";
    private readonly ObjectKey key = new(options.Namespace, options.Name);

    /// <summary>The Lease's namespace and name.</summary>
    public string Name => key.ToString();

    /// <summary>The Lease, or null when there is none.</summary>
    public Task<V1Lease?> ReadAsync(CancellationToken cancellationToken) =>
        AttemptAsync(token => client.GetAsync(Resources.Leases, key, token), cancellationToken);

    /// <summary>Makes the Lease; 409 when somebody was faster.</summary>
    public Task<V1Lease> CreateAsync(V1LeaseSpec spec, CancellationToken cancellationToken)
    {
        var lease = new V1Lease { Metadata = new V1ObjectMeta { Namespace = options.Namespace, Name = options.Name }, Spec = spec };
        return AttemptAsync(token => client.CreateAsync(Resources.Leases, lease, token), cancellationToken);
    }

    /// <summary>Changes what the spec names; 409 when anybody has written since it was read.</summary>
    public Task<V1Lease> UpdateAsync(V1Lease read, V1LeaseSpec changes, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = read.Metadata.ResourceVersion },
            ["spec"] = JsonSerializer.SerializeToNode(changes, KubernetesJson.Default.V1LeaseSpec),
        };
        return AttemptAsync(token => client.MergePatchAsync(Resources.Leases, key, patch, FieldManager, token), cancellationToken);
    }

    private async Task<T> AttemptAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline($"lease {key}", options.AttemptLimit, time, cancellationToken);
        return await deadline.RunAsync(attempt);
    }
}
