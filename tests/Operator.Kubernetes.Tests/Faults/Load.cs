using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>Creates, changes and deletes the same few config maps all the time, on a connection of its own, until it is stopped.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Objects = 40;
    private static readonly string[] s_shards = ["a", "b", "c"];
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);
    private readonly IKubernetesClient direct;
    private readonly string space;
    private readonly Random random;
    private readonly CancellationTokenSource stop = new();
    private readonly Task run;
    private int writes;
    private int failures;

    public Load(IKubernetesClient direct, string space, int seed)
    {
        this.direct = direct;
        this.space = space;
        random = new Random(seed);
        run = RunAsync(stop.Token);
    }

    /// <summary>Writes that the server has confirmed.</summary>
    public int Writes => Volatile.Read(ref writes);

    /// <summary>Writes of which it is not known whether they were done.</summary>
    public int Failures => Volatile.Read(ref failures);

    /// <summary>Waits until so many more writes are confirmed.</summary>
    public async Task GoOnAsync(int more, CancellationToken cancellationToken)
    {
        var enough = Writes + more;
        while (Writes < enough)
            await Task.Delay(s_pause, TimeProvider.System, cancellationToken);
    }

    /// <summary>No more writes. May be called again.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await run;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WriteAsync(cancellationToken);
                Interlocked.Increment(ref writes);
            }
            catch (Exception error) when (error is ApiException or HttpRequestException or IOException or TimeoutException)
            {
                Interlocked.Increment(ref failures);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(s_pause, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task WriteAsync(CancellationToken cancellationToken)
    {
        var name = $"object-{random.Next(Objects)}";
        if (random.Next(4) == 0)
            return direct.DeleteAsync(Resources.ConfigMaps, new ObjectKey(space, name), cancellationToken);
        var labels = new Dictionary<string, string> { ["shard"] = s_shards[random.Next(s_shards.Length)] };
        var map = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Namespace = space, Name = name, Labels = labels },
            Data = new Dictionary<string, string> { ["value"] = $"{random.Next()}" },
        };
        return direct.ApplyAsync(Resources.ConfigMaps, map, "load", cancellationToken);
    }
}
