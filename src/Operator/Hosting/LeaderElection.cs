using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Leadership;

namespace Operator.Hosting;

/// <summary>Of several operators one works; the others stand by with warm caches.</summary>
internal static class LeaderElection
{
    private const string Switch = "CYRUS_OPERATOR_LEADER_ELECTION";

    /// <summary>
    /// On in a pod, off elsewhere, unless <c>CYRUS_OPERATOR_LEADER_ELECTION</c> says <c>true</c> or <c>false</c>. The Lease is
    /// <c>cyrus-operator</c> in the pod's own namespace.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable is neither.</exception>
    public static void AddLeaderElection(this WebApplicationBuilder builder)
    {
        if (IsWanted(builder.Configuration))
        {
            builder.Services.AddLeaderElection(static provider => new LeaderElectionOptions
            {
                Name = "cyrus-operator",
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
