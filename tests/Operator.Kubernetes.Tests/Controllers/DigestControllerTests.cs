using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.Controllers;

/// <summary>
/// A trivial controller: it restarts what mounts a ConfigMap when its content has changed. The content's digest is recorded on the
/// workload, so that it is told from one that is only seen for the first time (stakater/Reloader #166).
/// </summary>
public sealed class DigestControllerTests : IDisposable
{
    private const int Limit = 30_000;
    private const string Workload = "/apis/apps/v1/namespaces/ns/statefulsets/a";
    private readonly Fixture fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Fact(Timeout = Limit)]
    public async Task The_first_sight_of_an_object_is_no_change_and_a_change_made_while_we_were_down_is()
    {
        fixture.Server.Put(Workload, """{"spec":{}}""");
        fixture.Server.Put($"{Fixture.Maps}/a", Fixture.Json("1"));

        (await RunOnceAsync()).ShouldBe("recorded");
        (await RunOnceAsync()).ShouldBe("same"); // a restart sees all for the first time
        fixture.Server.Put($"{Fixture.Maps}/a", Fixture.Json("2"));
        (await RunOnceAsync()).ShouldBe("restarted");
        (await RunOnceAsync()).ShouldBe("same");
    }

    /// <summary>A life of the operator: it starts, does one turn, and stops.</summary>
    private async Task<string> RunOnceAsync()
    {
        var maps = fixture.Informer();
        var reconciler = new DigestReconciler(fixture.Client, maps);
        using var controller = new Controller(
            new ControllerOptions { Name = "digest" }, reconciler, fixture.Time, NullLogger<Controller>.Instance).Watch(maps);
        using var host = new ControllerHost([maps], [controller], NullLogger<ControllerHost>.Instance);
        await host.StartAsync(Stop);
        var result = await reconciler.Results.ReadAsync(Stop);
        await host.StopAsync(Stop);
        return result;
    }

    private sealed class DigestReconciler(IKubernetesClient client, Informer<V1ConfigMap> maps) : IReconciler
    {
        private const string Annotation = "example.com/digest";
        private readonly Channel<string> results = Channel.CreateUnbounded<string>();

        public ChannelReader<string> Results => results.Reader;

        public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            if (maps.Get(key) is { } map && await client.GetAsync(Resources.StatefulSets, key, cancellationToken) is { } workload)
                results.Writer.TryWrite(await RecordAsync(workload, Digest(map), cancellationToken));
            return ReconcileResult.Done;
        }

        private async Task<string> RecordAsync(V1StatefulSet workload, string digest, CancellationToken cancellationToken)
        {
            var recorded = workload.Metadata.Annotations?.TryGetValue(Annotation, out var value) == true ? value : null;
            if (recorded == digest)
                return "same";
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotation] = digest } } };
            if (recorded is not null)
                patch["spec"] = new JsonObject { ["template"] = patch.DeepClone() }; // another template is a restart
            await client.MergePatchAsync(Resources.StatefulSets, ObjectKey.Of(workload), patch, "digest", cancellationToken);
            return recorded is null ? "recorded" : "restarted";
        }

        private static string Digest(V1ConfigMap map)
        {
            var content = string.Join('\0', map.Data!.OrderBy(static one => one.Key, StringComparer.Ordinal));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        }
    }
}
