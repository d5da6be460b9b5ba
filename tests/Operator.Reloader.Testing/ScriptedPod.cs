using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Reloader.Generations;
using Operator.Reloader.Native;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Testing;

/// <summary>
/// Stands in for kubelet, Cyrus and the sidecar's engine of one pod that no node takes: it mounts what the API has, and reports it as served after a
/// moment. The report server, its key and the digests are the real ones.
/// </summary>
internal sealed class ScriptedPod : IAsyncDisposable
{
    // About what the phases of a real pod with a few idle workers take.
    private static readonly (ReloadPhase Phase, TimeSpan For)[] Script =
    [
        (ReloadPhase.Checking, TimeSpan.FromMilliseconds(300)),
        (ReloadPhase.Converging, TimeSpan.FromMilliseconds(300)),
        (ReloadPhase.Proving, TimeSpan.FromMilliseconds(200)),
    ];

    private readonly string address;
    private readonly string mount = Directory.CreateTempSubdirectory("scripted-").FullName;
    private readonly ReportBoard board = new(TimeProvider.System);
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;
    private int version;

    /// <summary>Makes one that answers at an address of this machine.</summary>
    public ScriptedPod(string address)
    {
        this.address = address;
        var options = new ReloaderOptions { Mount = mount, ReportHost = address };
        serving = new ReportServer(board, new BundleSource(mount), options, TimeProvider.System).RunAsync(stop.Token);
    }

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
        Mount(bundle, pod);
        var mounted = new BundleSource(mount).Read();
        board.Update(report => report with { Desired = mounted.Desired, Nudge = mounted.Nudge, Mounted = mounted.Digest });
        if (mounted.Desired is not { } desired || desired != mounted.Digest || board.Latest.Served == desired)
            return;
        foreach (var (phase, time) in Script)
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        stop.Dispose();
        Directory.Delete(mount, recursive: true);
    }

    private void Mount(V1Secret bundle, V1Pod pod)
    {
        var next = string.Create(CultureInfo.InvariantCulture, $"..{++version}");
        var directory = Directory.CreateDirectory(Path.Combine(mount, next)).FullName;
        foreach (var (name, content) in bundle.Data!)
            File.WriteAllBytes(Path.Combine(directory, name), content);
        File.WriteAllText(Path.Combine(directory, PodPaths.DesiredFile), Annotation(pod, AnnotationKeys.Digest));
        File.WriteAllText(Path.Combine(directory, PodPaths.NudgeFile), Annotation(pod, AnnotationKeys.Nudge));
        var link = Path.Combine(mount, "..data");
        File.CreateSymbolicLink(link + "_tmp", next);
        Libc.ReplaceByRename(link + "_tmp", link);
    }

    private static string Annotation(V1Pod pod, string key) => pod.Metadata.Annotations?.TryGetValue(key, out var value) == true ? value : "";

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
