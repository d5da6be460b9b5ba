using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Rendering;

namespace Operator.Servers.Children;

/// <summary>The one Secret that carries a server's configuration to its pods.</summary>
internal static class BundleSecretBuilder
{
    /// <summary>
    /// Builds the Secret with the current and the last good bundle: one object, so one write, so one atomic change for kubelet.
    /// </summary>
    public static V1Secret Build(CyrusServer server, Bundle current, Bundle? lastGood)
    {
        var data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, content) in current.Files)
            data[BundleFiles.CurrentPrefix + name] = content;
        foreach (var (name, content) in lastGood?.Files ?? new Dictionary<string, byte[]>())
            data[BundleFiles.LastGoodPrefix + name] = content;
        return new V1Secret { Metadata = Names.Child(server, Names.BundleSecret(server)), Type = "Opaque", Data = data };
    }
}
