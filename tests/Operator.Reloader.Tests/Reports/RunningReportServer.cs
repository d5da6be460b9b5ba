using System.Text;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reports;

/// <summary>A report server at a port of its own, with a key in its mount.</summary>
internal sealed class RunningReportServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TemporaryDirectory mount = new();
    private readonly Task running;

    /// <summary>Starts it.</summary>
    public RunningReportServer(TimeProvider time)
    {
        Board = new ReportBoard(time);
        Mount(Key);
        var options = new ReloaderOptions { ReportHost = "127.0.0.1", ReportPort = Port, Run = mount.Path };
        running = new ReportServer(Board, new BundleSource(mount.Path).TryReadReportKey, options, time).RunAsync(stop.Token);
    }

    /// <summary>Where it is.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>The key that it was started with.</summary>
    public ReportKey Key { get; } = ReportKey.Create();

    /// <summary>What it tells.</summary>
    public ReportBoard Board { get; }

    /// <summary>Gives it another key.</summary>
    public void Mount(ReportKey key) => mount.Write(BundleFiles.ReportKey, Encoding.ASCII.GetString(key.ToText()));

    /// <summary>Takes its key away.</summary>
    public void Unmount() => File.Delete(mount[BundleFiles.ReportKey]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        mount.Dispose();
    }
}
