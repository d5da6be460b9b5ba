using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Children;

/// <summary>Who a server's pods are, how many may go at a time, and who may connect to them.</summary>
internal static class PolicyBuilder
{
    /// <summary>Value of <c>app.kubernetes.io/name</c> on the operator's own pods (config/operator/deployment.yaml).</summary>
    public const string OperatorName = "cyrus-operator";

    /// <summary>The account of the pods, which have no use for its token.</summary>
    public static V1ServiceAccount BuildServiceAccount(CyrusServer server) => new()
    {
        Metadata = Names.Child(server, Names.ServiceAccount(server)),
        AutomountServiceAccountToken = false,
    };

    /// <summary>One pod at a time may be evicted.</summary>
    public static V1PodDisruptionBudget BuildDisruptionBudget(CyrusServer server) => new()
    {
        Metadata = Names.Child(server, Names.PodDisruptionBudget(server)),
        Spec = new V1PodDisruptionBudgetSpec { MaxUnavailable = 1, Selector = Pods(server) },
    };

    /// <summary>Mail from anywhere; the sidecar's port from the operator's pods only, unless a Prometheus reads metrics from it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="isMonitored">Whether a ServiceMonitor is kept. Nobody knows where its Prometheus runs.</param>
    public static V1NetworkPolicy BuildNetworkPolicy(CyrusServer server, bool isMonitored) => new()
    {
        Metadata = Names.Child(server, Names.NetworkPolicy(server)),
        Spec = new V1NetworkPolicySpec
        {
            PodSelector = Pods(server),
            PolicyTypes = ["Ingress"],
            Ingress = [.. Mail(server), new() { From = [isMonitored ? AnyPod : OperatorPods], Ports = [Port(PodPaths.ReportPort)] }],
        },
    };

    /// <summary>No rule when there is no port: one without ports would open all.</summary>
    private static IEnumerable<V1NetworkPolicyIngressRule> Mail(CyrusServer server)
    {
        var ports = ServiceBuilder.ListenersOf(server).Select(static listener => Port(listener.Port)).ToList();
        if (ports.Count > 0)
            yield return new() { Ports = ports };
    }

    private static V1NetworkPolicyPeer AnyPod => new() { NamespaceSelector = new V1LabelSelector() };

    private static V1NetworkPolicyPeer OperatorPods => new()
    {
        NamespaceSelector = new V1LabelSelector(),
        PodSelector = new V1LabelSelector
        {
            MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app.kubernetes.io/name"] = OperatorName },
        },
    };

    private static V1LabelSelector Pods(CyrusServer server) => new() { MatchLabels = Names.PodSelector(server) };

    private static V1NetworkPolicyPort Port(int port) => new() { Protocol = "TCP", Port = port };
}
