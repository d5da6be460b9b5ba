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
            var name = builder.Configuration.Text(Lease) ?? "cyrus-operator";
            builder.Services.AddLeaderElection(provider => new LeaderElectionOptions
            {
                Name = name,
                Namespace = provider.GetRequiredService<KubernetesClientConfig>().Namespace,
            });
        }
    }

    /// <summary>Whether it is on.</summary>
    /// <exception cref="InvalidOperationException">The variable is neither <c>true</c> nor <c>false</c>.</exception>
    internal static bool IsWanted(IConfiguration configuration) =>
        configuration.Switch(Switch) ?? configuration.Text("KUBERNETES_SERVICE_HOST") is not null;
}
