using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Operator.Entities.Contract;
using Operator.Testing.Cluster;

namespace Demo;

/// <summary>Shows how the workers of the pod change, as its sidecar reports them (the operator listens to the same report).</summary>
internal sealed class WorkerView(TextWriter output, Stopwatch clock) : IDisposable
{
    private const int WaitSeconds = 5;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2 * WaitSeconds) };
    private string last = "";

    /// <summary>Follows the report by long polls, a line for each change, until <paramref name="stop"/>.</summary>
    public async Task FollowAsync(MailServer server, CancellationToken stop)
    {
        var address = await server.AddressAsync(PodPaths.ReportPort, stop);
        var query = "";
        try
        {
            while (true)
            {
                var report = await http.GetFromJsonAsync(
                    new Uri($"http://{address}{PodPaths.ReportPath}{query}"), ContractJson.Default.ReloadReport, stop);
                Show(report!);
                query = string.Create(
                    CultureInfo.InvariantCulture, $"?after={report!.Revision}&instance={report.Instance}&wait={WaitSeconds}");
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The play goes on.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private void Show(ReloadReport report)
    {
        var workers = report.Workers;
        var line = $"{report.Phase,-12} old: {workers.Stale,3} idle, {workers.Draining,3} in a session    new: {workers.Fresh,3}";
        // Before the change every worker is of the served configuration, and the clock does not run yet.
        if (line != last && clock.IsRunning)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {clock.Elapsed.TotalSeconds,6:0.00} s  {last = line}"));
    }
}
