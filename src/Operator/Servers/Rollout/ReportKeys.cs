using System.Collections.Concurrent;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Rollout;

/// <summary>The report keys of the servers as last published; what the bundle Secrets hold is the truth.</summary>
internal sealed class ReportKeys
{
    private readonly ConcurrentDictionary<ObjectKey, ReportKey> known = new();

    /// <summary>A server's key; null while none is published.</summary>
    public ReportKey? Find(ObjectKey server) => known.GetValueOrDefault(server);

    /// <summary>Takes note of what a server's Secret holds.</summary>
    public void Note(ObjectKey server, ReportKey? key)
    {
        if (key is null)
            Forget(server);
        else
            known[server] = key;
    }

    /// <summary>Lets go of the key of a server that is gone.</summary>
    public void Forget(ObjectKey server) => known.TryRemove(server, out _);
}
