using System.Text.Json.Nodes;
using MailLoad;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace RotationBench;

/// <summary>What is done without this operator: the same image in a plain StatefulSet, the Secret mounted where imapd.conf says.</summary>
internal sealed class PlainContender : Contender
{
    private readonly Way way;

    private PlainContender(string name, string what, Way way)
        : base(name, what) => this.way = way;

    private enum Way
    {
        Restart,
        Signal,
        Nothing,
    }

    /// <summary>The pod is restarted, as Reloader does; done when its successor is ready.</summary>
    public static PlainContender Restarting() => new("restart", "rolling restart on change (Reloader)", Way.Restart);

    /// <summary>A sidecar signals the master once the file has changed; done when the signal is sent, for nothing more is known then.</summary>
    public static PlainContender Signalling() => new("signal", "SIGHUP to the master when the file changes (reloader sidecar)", Way.Signal);

    /// <summary>Workers are recycled by Cyrus' own rules; nobody says when that is done, so the change of the file stands for it.</summary>
    public static PlainContender Waiting() => new("nothing", "kubelet and Cyrus' own recycling", Way.Nothing);

    /// <inheritdoc/>
    public override string MountedCertificate => "kubernetes.io~secret/tls/..data/tls.crt";

    /// <inheritdoc/>
    public override async Task<bool> DoneAsync(TestCertificate certificate, CancellationToken stop)
    {
        if (way == Way.Restart)
        {
            await RestartAsync(certificate, stop);
            return true;
        }
        var pod = await LookAsync(stop);
        var path = pod.Volume(way == Way.Signal ? "kubernetes.io~empty-dir/run/signalled" : MountedCertificate);
        var wanted = way == Way.Signal ? certificate.LeafSha256 : certificate.ChainPem;
        while (!(File.Exists(path) && (await File.ReadAllTextAsync(path, stop)).Trim() == wanted.Trim()))
            await Task.Delay(PodOnNode.Beat, TimeProvider.System, stop);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task CreateAsync(Workload workload, TestCertificate certificate, CancellationToken stop)
    {
        await Kubectl.ApplyAsync(PlainManifest.Of(Namespace, workload, way == Way.Signal), stop);
        await Kubectl.RunAsync(null, stop, "rollout", "status", "statefulset/mail", "-n", Namespace, "--timeout=3m");
    }

    // What Reloader does: an annotation of the template that names the Secret's content.
    private async Task RestartAsync(TestCertificate certificate, CancellationToken stop)
    {
        var template = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["secret-hash"] = certificate.LeafSha256 } } };
        await Client.MergePatchAsync(
            Resources.StatefulSets, new ObjectKey(Namespace, "mail"), new JsonObject { ["spec"] = new JsonObject { ["template"] = template } }, "bench", stop);
        await Kubectl.RunAsync(null, stop, "rollout", "status", "statefulset/mail", "-n", Namespace, "--timeout=3m");
    }
}
