using System.Collections.Concurrent;
using MailLoad;
using Operator.Entities.Servers;
using Operator.Kubernetes.Client;
using Operator.Testing.Cluster;

namespace Chaos;

/// <summary>Notes each time the status calls a certificate healthy.</summary>
internal sealed class HealthWatch : IAsyncDisposable
{
    private readonly ConcurrentQueue<Mark> marks = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Field field;
    private readonly Task watching;

    public HealthWatch(Field field)
    {
        this.field = field;
        watching = Task.Run(WatchAsync);
    }

    /// <summary>What was said so far.</summary>
    public IReadOnlyList<Mark> Marks => [.. marks];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in field.Client.WatchAsync(CyrusResources.Servers, Field.Space, new WatchOptions(), stop.Token))
                    Note(change.Object);
            }
            catch (Exception) when (!stop.IsCancellationRequested)
            {
                // The API server is away; what the status says then, nobody can read.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private void Note(CyrusServer? server)
    {
        if (server?.Status is not { } status || !MailServer.IsHealthy(server) || status.Pods is not [{ CertificateSha256: { } sha }, ..])
            return;
        if (field.Numbers.TryGetValue(sha, out var number))
            marks.Enqueue(new Mark(Tally.Now(), number));
    }
}
