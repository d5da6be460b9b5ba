using System.Collections.Concurrent;
using MailLoad;
using Operator.Entities.Servers;
using Operator.Kubernetes.Client;

namespace Chaos;

/// <summary>Notes each time the status says healthy, of what, and whether that can be.</summary>
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
        if (server is null)
            return;
        foreach (var lie in Claims.LiesOf(server))
            field.Accuse(lie);
        if (Claims.PromiseOf(server, field.Numbers, Tally.Now()) is { } promise)
            marks.Enqueue(promise);
    }
}
