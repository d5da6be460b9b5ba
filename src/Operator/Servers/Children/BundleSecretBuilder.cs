using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Rendering;

namespace Operator.Servers.Children;

/// <summary>The one Secret that carries a server's configuration to its pods.</summary>
internal static class BundleSecretBuilder
{
    /// <summary>What the sidecars are told about how to reload.</summary>
    public static ReloadSettings SettingsOf(CyrusServer server)
    {
        var rollout = server.Spec.Rollout;
        return new ReloadSettings
        {
            Signal = rollout.Signal,
            ConvergeTimeoutSeconds = rollout.ConvergeTimeoutSeconds,
            QuietTimeoutSeconds = rollout.QuietTimeoutSeconds,
            WhenNotQuiet = rollout.WhenNotQuiet,
            Drain = rollout.Drain.Policy,
            DisconnectAfterSeconds = rollout.Drain.AfterSeconds,
            DisconnectGraceSeconds = rollout.Drain.GraceSeconds,
            RestartAfterSeconds = rollout.Restart.AfterSeconds,
            RestartGraceSeconds = rollout.Restart.GraceSeconds,
            DnsNames = server.Spec.Tls?.DnsNames ?? [],
        };
    }

    /// <summary>
    /// Builds the Secret with the current and the last good bundle: one object, so one write, so one atomic change for kubelet.
    /// </summary>
    public static V1Secret Build(CyrusServer server, Bundle current, Bundle? lastGood, ReportKey key)
    {
        var data = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, content) in current.Files)
            data[BundleFiles.CurrentPrefix + name] = content;
        foreach (var (name, content) in lastGood?.Files ?? new Dictionary<string, byte[]>())
            data[BundleFiles.LastGoodPrefix + name] = content;
        data[BundleFiles.Settings] = SettingsOf(server).ToJson();
        data[BundleFiles.ReportKey] = key.ToText();
        return new V1Secret { Metadata = Names.Child(server, Names.BundleSecret(server)), Type = "Opaque", Data = data };
    }
}
