using MailLoad;
using Operator.Entities.Servers;
using Operator.Kubernetes.Client;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace RotationBench;

/// <summary>This operator: done when RolloutHealthy says so.</summary>
internal sealed class OperatorContender() : Contender("operator", "cyrus-operator")
{
    /// <inheritdoc/>
    public override string MountedCertificate => "kubernetes.io~projected/bundle/..data/current.tls.crt";

    /// <inheritdoc/>
    public override async Task<bool> DoneAsync(TestCertificate certificate, CancellationToken stop)
    {
        await foreach (var change in Client.WatchAsync(CyrusResources.Servers, Namespace, new WatchOptions(), stop))
        {
            if (change.Object is { } server && MailServer.Serves(certificate)(server))
                return true;
        }
        return false;
    }

    /// <inheritdoc/>
    protected override async Task CreateAsync(Workload workload, TestCertificate certificate, CancellationToken stop)
    {
        await Kubectl.ApplyAsync(MailServices.ServerIn(Namespace, workload.Prefork), stop);
        await DoneAsync(certificate, stop);
    }
}
