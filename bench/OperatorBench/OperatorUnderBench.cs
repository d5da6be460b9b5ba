using System.Diagnostics;
using System.Globalization;
using Operator.Testing;
using Report;

namespace OperatorBench;

/// <summary>The published operator as a process, with what it says of itself.</summary>
internal sealed class OperatorUnderBench : IAsyncDisposable
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(20);
    private static readonly HttpClient s_http = new();

    private readonly Process process;
    private readonly Uri address;
    private readonly string log;
    private readonly long startedAt = Stopwatch.GetTimestamp();

    private OperatorUnderBench(string kubeconfig, string log)
    {
        address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        this.log = log;
        var program = Environment.GetEnvironmentVariable("CYRUS_OPERATOR_EXECUTABLE")
            ?? throw new InvalidOperationException("CYRUS_OPERATOR_EXECUTABLE is not set: hack/bench operator sets it.");
        // Through a shell, for a log on disk: a pipe that nobody reads would stop the operator.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" >>\"$1\" 2>&1", program, log]);
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["CYRUS_OPERATOR_LEADER_ELECTION"] = "false";
        start.Environment["CYRUS_OPERATOR_SERVER_IMAGE"] = "localhost/cyrus-imapd:bench";
        start.Environment["CYRUS_OPERATOR_RELOADER_IMAGE"] = "localhost/cyrus-reloader:bench";
        process = Process.Start(start)!;
        Meter = new ProcessMeter(process.Id);
    }

    /// <summary>The process from outside.</summary>
    public ProcessMeter Meter { get; }

    /// <summary>Seconds since its start.</summary>
    public double Age => Stopwatch.GetElapsedTime(startedAt).TotalSeconds;

    /// <summary>Starts it.</summary>
    /// <param name="kubeconfig">The way to the API server.</param>
    /// <param name="log">The file that gets its log, after what is there.</param>
    public static OperatorUnderBench Start(string kubeconfig, string log) => new(kubeconfig, log);

    /// <summary>Waits until it says that it is ready.</summary>
    public Task WaitForReadyAsync(CancellationToken stop) => UntilAsync(
        async () =>
        {
            using var answer = await s_http.GetAsync(new Uri(address, "/readyz"), stop);
            return answer.IsSuccessStatusCode;
        },
        stop);

    /// <summary>Waits until it has reconciled at least so many times, and its queue is empty.</summary>
    public Task WaitForReconciledAsync(int times, CancellationToken stop) => UntilAsync(
        async () =>
        {
            var metrics = await MetricsAsync(stop);
            return Sum(metrics, "controller_runtime_reconcile_total", "") >= times && Sum(metrics, "workqueue_depth", "") == 0;
        },
        stop);

    /// <summary>Requests to the API so far, and those of them that may change something.</summary>
    public async Task<(double All, double Writes)> RequestsAsync(CancellationToken stop)
    {
        var metrics = await MetricsAsync(stop);
        var all = Sum(metrics, "rest_client_requests_total", "");
        return (all, all - Sum(metrics, "rest_client_requests_total", "method=\"GET\""));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<string[]> MetricsAsync(CancellationToken stop) => (await s_http.GetStringAsync(new Uri(address, "/metrics"), stop)).Split('\n');

    private async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken stop)
    {
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The operator ended by itself: {string.Join('\n', File.ReadLines(log).TakeLast(5))}");
            try
            {
                if (await isSo())
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(s_beat, TimeProvider.System, stop);
        }
    }

    private static double Sum(IEnumerable<string> metrics, string name, string label) => metrics
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
        .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
