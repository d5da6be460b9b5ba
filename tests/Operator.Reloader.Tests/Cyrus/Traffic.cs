using System.Collections.Concurrent;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>New connections without end, each of which must succeed and see a certificate that is new enough for when it began.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, int> orderOf = new();
    private readonly ConcurrentQueue<string> faults = new();
    private readonly List<Task> clients = [];
    private int floor;
    private int connections;

    public int Connections => Volatile.Read(ref connections);

    public IReadOnlyCollection<string> Faults => faults;

    public static Traffic Start(CyrusLayout layout, TestCertificate first)
    {
        var traffic = new Traffic();
        traffic.Announce(first, 0);
        traffic.Run("imaps", token => ImapSession.OpenAsync(layout.Imaps, true, token), session => session.LeafSha256);
        traffic.Run("imap", token => ImapSession.OpenAsync(layout.Imap, false, token), session => session.LeafSha256);
        traffic.Run("pop3", token => Pop3Session.OpenAsync(layout.Pop3, token), session => session.LeafSha256);
        return traffic;
    }

    /// <summary>Names a certificate that will be served; <paramref name="order"/> grows with each rotation.</summary>
    public void Announce(TestCertificate certificate, int order) => orderOf[certificate.LeafSha256] = order;

    /// <summary>From now on every connection that begins must see this rotation's certificate or a newer one.</summary>
    public void Require(int order) => Volatile.Write(ref floor, order);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        stop.Dispose();
    }

    private void Run<T>(string name, Func<CancellationToken, Task<T>> open, Func<T, string> leafOf)
        where T : IAsyncDisposable => clients.Add(RunAsync(name, open, leafOf));

    private async Task RunAsync<T>(string name, Func<CancellationToken, Task<T>> open, Func<T, string> leafOf)
        where T : IAsyncDisposable
    {
        while (!stop.IsCancellationRequested)
        {
            var required = Volatile.Read(ref floor);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            limit.CancelAfter(TimeSpan.FromSeconds(10));
            try
            {
                await using var session = await open(limit.Token);
                var leaf = leafOf(session);
                Interlocked.Increment(ref connections);
                if (!orderOf.TryGetValue(leaf, out var order) || order < required)
                    faults.Enqueue($"{name}: a connection begun after rotation {required} was healthy saw certificate {order}");
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                faults.Enqueue($"{name}: {error.GetType().Name} {error.Message}");
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
