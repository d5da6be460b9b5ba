using Operator.Kubernetes.Client;

namespace Operator.Testing.Cluster;

/// <summary>The cluster that the tests run on: the one that KUBECONFIG names, which hack/test sets.</summary>
public static class LocalCluster
{
    /// <summary>Path of kubectl.</summary>
    public static string Kubectl => Repository.PathOf("hack", "kubectl");

    /// <summary>A client for it.</summary>
    /// <exception cref="InvalidOperationException">There is no cluster; the message says how to get one.</exception>
    public static KubernetesClient Connect()
    {
        var path = Environment.GetEnvironmentVariable("KUBECONFIG");
        if (string.IsNullOrEmpty(path))
            throw new InvalidOperationException("KUBECONFIG is not set. Start the cluster with: hack/cluster up; or run: hack/test --filter EndToEnd");
        return new KubernetesClient(KubernetesClientConfig.FromKubeconfig(path), TimeProvider.System);
    }
}
