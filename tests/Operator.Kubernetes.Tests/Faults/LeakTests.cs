using System.Diagnostics;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Tests.ApiServer;
using Operator.Testing;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>An operator that runs for months loses its connection every now and then; nothing may stay behind of one.</summary>
[Collection(FaultCollection.Name)]
[Trait("needs", "apiserver")]
public sealed class LeakTests(ApiServerFixture fixture)
{
    private const int WarmUp = 200;
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task Memory_and_handles_stay_as_they_are_over_a_thousand_reconnects()
    {
        var time = new ManualTimeProvider(); // the informer's waits cost nothing; the client's clock is the real one
        var space = await fixture.CreateNamespaceAsync(Stop);
        await using var near = new ProxiedClient(fixture.Server);
        await using var follower = new Follower<V1ConfigMap>(near.Client, Resources.ConfigMaps, new() { Namespaces = [space] }, time);
        await near.Requests.WaitForWatchAsync(Stop);

        await ReconnectAsync(WarmUp, near, follower, space, time);
        var before = Usage.Now();
        await ReconnectAsync(FaultSettings.Reconnects, near, follower, space, time);
        var after = Usage.Now();

        FaultSettings.Say($"before {before}, after {FaultSettings.Reconnects} reconnects {after}");
        near.Proxy.Accepted.ShouldBeGreaterThan(FaultSettings.Reconnects);
        after.Heap.ShouldBeLessThan(before.Heap + 300_000); // 300 bytes for each of 1,000
        after.Handles.ShouldBeLessThanOrEqualTo(before.Handles + 10);
        await follower.CatchUpAsync(fixture.Client, Stop);
    }

    /// <summary>An event each time, then a cut: so the wait that follows is always the shortest one.</summary>
    private async Task ReconnectAsync(int times, ProxiedClient near, Follower<V1ConfigMap> follower, string space, ManualTimeProvider time)
    {
        for (var i = 0; i < times; i++)
        {
            await fixture.Client.ApplyAsync(Resources.ConfigMaps, Map(space, i), "test", Stop);
            await follower.ChangedAsync(Stop);
            near.Proxy.Begin(Fault.Cut);
            await time.WaitForTimerAsync(s_shortestWait, s_longestWait, Stop);
            time.Advance(s_longestWait);
            await near.Requests.WaitForWatchAsync(Stop);
        }
    }

    private static V1ConfigMap Map(string space, int value) => new()
    {
        Metadata = new V1ObjectMeta { Namespace = space, Name = "one" },
        Data = new Dictionary<string, string> { ["value"] = $"{value}" },
    };

    /// <summary>What the process holds when all that can be collected is.</summary>
    private sealed record Usage(long Heap, int Handles, int Threads)
    {
        public static Usage Now()
        {
            for (var i = 0; i < 3; i++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
            using var self = Process.GetCurrentProcess();
            return new(GC.GetTotalMemory(forceFullCollection: true), Directory.GetFileSystemEntries("/proc/self/fd").Length, self.Threads.Count);
        }
    }
}
