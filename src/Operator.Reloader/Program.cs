using System.Runtime.InteropServices;
using Operator.Reloader.Drain;
using Operator.Reloader.Generations;
using Operator.Reloader.Install;
using Operator.Reloader.Logging;
using Operator.Reloader.Reload;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;
using Operator.Reloader.Syslog;

namespace Operator.Reloader;

/// <summary>The sidecar of a mail pod. Its first argument says what it does.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var log = new JsonLog(Console.OpenStandardOutput(), TimeProvider.System);
        var options = ReloaderOptions.From(Environment.GetEnvironmentVariable);
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Cancel(signal, stop));
        try
        {
            switch (arguments)
            {
                case ["install"]:
                    InstallCommand.Run(options);
                    return 0;
                case ["stage"]:
                    await Stage(options, log).RunAsync(stop.Token);
                    return 0;
                case ["run"]:
                    await RunAsync(options, log, stop);
                    return 0;
                case ["drain"]:
                    await new DrainCommand(options, TimeProvider.System, DrainCommand.OpenLog(options, TimeProvider.System)).RunAsync(stop.Token);
                    return 0;
                default:
                    log.Warn("Usage: cyrus-reloader install | stage | run | drain");
                    return 64;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception error)
        {
            log.Warn("Ended with an error.", ("mode", arguments.FirstOrDefault()), ("error", error.Message), ("type", error.GetType().Name));
            return 1;
        }
    }

    private static StageCommand Stage(ReloaderOptions options, JsonLog log) =>
        new(new EngineParts(options, new ReportBoard(TimeProvider.System), TimeProvider.System, log), log);

    /// <summary>The engine and the report server; when one ends, so does the other.</summary>
    private static async Task RunAsync(ReloaderOptions options, JsonLog log, CancellationTokenSource stop)
    {
        var board = new ReportBoard(TimeProvider.System);
        var server = new ReportServer(board, new BundleSource(options.Mount).TryReadReportKey, options, TimeProvider.System).RunAsync(stop.Token);
        using var syslog = SyslogReceiver.Start(options.SyslogSocket, log);
        var parts = new EngineParts(options, board, TimeProvider.System, log) { Syslog = syslog };
        var engine = new Engine(parts, log).RunAsync(stop.Token);
        var first = await Task.WhenAny(server, engine);
        await stop.CancelAsync();
        await first;
    }

    private static void Cancel(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true; // not at once: a hold in progress ends first
        stop.Cancel();
    }
}
