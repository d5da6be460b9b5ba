using Operator.Kubernetes.Client;

namespace Operator.Testing.Cluster;

/// <summary>The cluster that the tests run on: the one that KUBECONFIG names, which hack/test sets.</summary>
public static class LocalCluster
{
    /// <summary>Path of kubectl.</summary>
    public static string Kubectl => Repository.PathOf("hack", "kubectl");

    /// <summary>Where hack/cluster keeps what runs, such as the volumes of the pods; null on another cluster, whose nodes are elsewhere.</summary>
    /// <exception cref="InvalidOperationException">Nobody has said.</exception>
    public static string? State =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CYRUS_OPERATOR_KUBECONFIG")) ? null
        : Environment.GetEnvironmentVariable("CLUSTER_STATE")
        ?? throw new InvalidOperationException("CLUSTER_STATE is not set; run this by hack/test, or set it to the directory that hack/cluster uses.");

    /// <summary>A client for it.</summary>
    /// <exception cref="InvalidOperationException">There is no cluster; the message says how to get one.</exception>
    public static KubernetesClient Connect() => new(Config(), TimeProvider.System);

    internal static KubernetesClientConfig Config()
    {
        var path = Environment.GetEnvironmentVariable("KUBECONFIG");
        if (string.IsNullOrEmpty(path))
            throw new InvalidOperationException("KUBECONFIG is not set. Start the cluster with: hack/cluster up; or run: hack/test --filter EndToEnd");
        return KubernetesClientConfig.FromKubeconfig(path);
    }
}
