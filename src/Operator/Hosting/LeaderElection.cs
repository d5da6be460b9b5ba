using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Leadership;

namespace Operator.Hosting;

/// <summary>Of several operators one works; the others stand by with warm caches.</summary>
internal static class LeaderElection
{
    private const string Switch = "CYRUS_OPERATOR_LEADER_ELECTION", Lease = "CYRUS_OPERATOR_LEASE";

    /// <summary>
    /// On in a pod, off elsewhere, unless <c>CYRUS_OPERATOR_LEADER_ELECTION</c> says <c>true</c> or <c>false</c>. The Lease is
    /// in the pod's own namespace, and its name <c>cyrus-operator</c> unless <c>CYRUS_OPERATOR_LEASE</c> has another.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable is neither.</exception>
    public static void AddLeaderElection(this WebApplicationBuilder builder)
    {
        if (IsWanted(builder.Configuration))
        {
            var name = builder.Configuration[Lease] is { Length: > 0 } lease ? lease : "cyrus-operator";
            builder.Services.AddLeaderElection(provider => new LeaderElectionOptions
            {
                Name = name,
                Namespace = provider.GetRequiredService<KubernetesClientConfig>().Namespace,
            });
        }
    }

    /// <summary>Whether it is on.</summary>
    /// <exception cref="InvalidOperationException">The variable is neither <c>true</c> nor <c>false</c>.</exception>
    internal static bool IsWanted(IConfiguration configuration)
    {
        if (configuration[Switch] is not { Length: > 0 } value)
            return !string.IsNullOrEmpty(configuration["KUBERNETES_SERVICE_HOST"]);
        return bool.TryParse(value, out var wanted)
            ? wanted
            : throw new InvalidOperationException($"Environment variable {Switch} is '{value}', which is neither true nor false.");
    }
}
