using Operator.Testing.Canaries;
using Operator.Testing.Cluster;

namespace EndToEnd;

/// <summary>
/// What was written from the first test to the last, beside what each test looks at when it ends (<see cref="TestSpace"/>): the logs of containers and pods that have gone
/// meanwhile, and those of the cluster's own parts, the API server among them. On the local cluster only: another one's nodes are elsewhere.
/// </summary>
public sealed class WrittenDuringTheRun : IAsyncDisposable
{
    private const string PodLogs = "/var/log/pods";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    // Held open, a file that is removed can be read all the same.
    private readonly Dictionary<string, FileStream> logs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private readonly Task holding = Task.CompletedTask;

    /// <summary>Starts with the first test.</summary>
    public WrittenDuringTheRun()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is null || LocalCluster.State is not { } state)
            return;
        foreach (var log in Directory.EnumerateFiles(Path.Combine(state, "logs")))
            Hold(log, SeekOrigin.End);
        holding = HoldNewOnesAsync();
    }

    /// <inheritdoc/>
    /// <exception cref="LeakException">A secret is in one of the logs.</exception>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await holding;
        stop.Dispose();
        using var output = new SystemOutput(KnownCanaries.Search());
        foreach (var (name, log) in logs)
        {
            await using (log)
                output.Read(name, await RestOfAsync(log));
        }
        if (output.Leaks.Count > 0)
            throw new LeakException(output.Leaks);
    }

    private static async Task<byte[]> RestOfAsync(FileStream log)
    {
        using var rest = new MemoryStream();
        await log.CopyToAsync(rest);
        return rest.ToArray();
    }

    private async Task HoldNewOnesAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            HoldNewOnes();
            await Task.WhenAny(Task.Delay(Beat, TimeProvider.System, stop.Token));
        }
    }

    private void HoldNewOnes()
    {
        try
        {
            foreach (var log in Directory.EnumerateFiles(PodLogs, "*.log*", SearchOption.AllDirectories).Where(log => !logs.ContainsKey(log)))
                Hold(log, SeekOrigin.Begin);
        }
        catch (IOException)
        {
            // Removed while it was looked at, or nothing is there yet; the next look is soon.
        }
    }

    private void Hold(string log, SeekOrigin from)
    {
        var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(0, from);
        logs[log] = stream;
    }
}
