using System.Diagnostics;
using System.Globalization;
using System.Net;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>How long new clients wait for the server's first words, one client after the other, until it is stopped.</summary>
internal sealed class Greetings : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource stop = new();
    private readonly List<double> milliseconds = [];
    private readonly Task task;

    private Greetings(IPEndPoint server) => task = RunAsync(server);

    public static Greetings Start(IPEndPoint server) => new(server);

    /// <summary>Ends it and tells the distribution; throws when a client was not answered.</summary>
    public async Task<string> StopAsync()
    {
        await stop.CancelAsync();
        await task;
        milliseconds.Sort();
        double At(double part) => milliseconds[(int)Math.Min(milliseconds.Count - 1, part * milliseconds.Count)];
        return string.Create(CultureInfo.InvariantCulture, $"n={milliseconds.Count} p50={At(0.5):0.0} p99={At(0.99):0.0} max={milliseconds[^1]:0.0} ms");
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task RunAsync(IPEndPoint server)
    {
        while (!stop.IsCancellationRequested)
        {
            var since = Stopwatch.GetTimestamp();
            await using var connection = await MailConnection.OpenAsync(server, tls: false, CancellationToken.None);
            await connection.ReadLineAsync(CancellationToken.None);
            milliseconds.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }
}
