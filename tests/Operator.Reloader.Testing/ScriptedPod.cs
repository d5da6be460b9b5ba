using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Reloader.Generations;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Testing;

/// <summary>
/// Stands in for kubelet, Cyrus and the sidecar's engine of one pod that no node takes: it mounts what the API has, and reports it as served after a
/// moment. The report server, its key and the digests are the real ones.
/// </summary>
internal sealed class ScriptedPod
{
    // About what the phases of a real pod with a few idle workers take.
    private static readonly (ReloadPhase Phase, TimeSpan For)[] s_script =
    [
        (ReloadPhase.Checking, TimeSpan.FromMilliseconds(300)),
        (ReloadPhase.Converging, TimeSpan.FromMilliseconds(300)),
        (ReloadPhase.Proving, TimeSpan.FromMilliseconds(200)),
    ];

    private readonly string address;
    private readonly ReportBoard board = new(TimeProvider.System);
    private readonly ReportServer server;
    private volatile ReportKey? key;

    /// <summary>Makes one that says that it is at an address of this machine.</summary>
    public ScriptedPod(string address)
    {
        this.address = address;
        server = new ReportServer(board, () => key, new ReloaderOptions { ReportHost = address }, TimeProvider.System);
    }

    /// <summary>Listens at the address.</summary>
    public Task ListenAsync(CancellationToken stop) => server.RunAsync(stop);

    /// <summary>Answers on a connection that somebody else has accepted for the address.</summary>
    public Task ServeAsync(Socket socket, CancellationToken stop) => server.Http.ServeAsync(socket, stop);

    /// <summary>Says that the pod runs, as kubelet would.</summary>
    public Task RunAsync(IKubernetesClient client, V1Pod pod, CancellationToken cancellationToken)
    {
        var condition = new JsonObject { ["type"] = "Ready", ["status"] = "True", ["lastTransitionTime"] = "2026-11-25T00:00:00Z" };
        var status = new JsonObject { ["phase"] = "Running", ["podIP"] = address, ["conditions"] = new JsonArray(condition) };
        return client.MergePatchAsync(Resources.Pods.Status(), ObjectKey.Of(pod), new JsonObject { ["status"] = status }, "scripted-kubelet", cancellationToken);
    }

    /// <summary>Mounts what is there now, and serves it when it is what the pod is asked for.</summary>
    public async Task SyncAsync(V1Secret bundle, V1Pod pod, CancellationToken cancellationToken)
    {
        var mounted = Mount(bundle, pod);
        board.Update(report => report with { Desired = mounted.Desired, Nudge = mounted.Nudge, Mounted = mounted.Digest });
        if (mounted.Desired is not { } desired || desired != mounted.Digest || board.Latest.Served == desired)
            return;
        foreach (var (phase, time) in s_script)
        {
            board.Update(report => report with { Phase = phase });
            await Task.Delay(time, TimeProvider.System, cancellationToken);
        }
        board.Update(report => report with
        {
            Phase = ReloadPhase.Healthy,
            Active = desired,
            Served = desired,
            Certificates = [CertificateOf(mounted.Current[BundleFiles.TlsCertificate])],
        });
    }

    /// <summary>As the projected volume has it: the Secret's files and the pod's annotations.</summary>
    private MountedBundles Mount(V1Secret bundle, V1Pod pod)
    {
        var files = bundle.Data!;
        key = files.TryGetValue(BundleFiles.ReportKey, out var text) ? ReportKey.Parse(text) : null;
        return new MountedBundles(
            Annotation(pod, AnnotationKeys.Digest),
            long.TryParse(Annotation(pod, AnnotationKeys.Nudge), CultureInfo.InvariantCulture, out var nudge) ? nudge : 0,
            files.TryGetValue(BundleFiles.Settings, out var settings) ? ReloadSettings.FromJson(settings) : new ReloadSettings(),
            BundleFiles.Take(files, BundleFiles.CurrentPrefix),
            BundleFiles.Take(files, BundleFiles.LastGoodPrefix));
    }

    private static string? Annotation(V1Pod pod, string name) =>
        pod.Metadata.Annotations?.TryGetValue(name, out var value) == true && value.Length > 0 ? value : null;

    private static ServedCertificate CertificateOf(byte[] pem)
    {
        using var leaf = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem));
        return new ServedCertificate
        {
            Service = "imaps",
            Port = 1993,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(leaf.RawData)),
            Subject = leaf.Subject,
            NotAfter = leaf.NotAfter.ToUniversalTime(),
        };
    }
}
