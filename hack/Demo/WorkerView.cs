using System.Diagnostics;
using System.Globalization;
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
        var key = await server.ReportKeyAsync(stop);
        ReloadReport? report = null;
        try
        {
            while (true)
            {
                var exchange = new ReportExchange(key, report, WaitSeconds);
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{address}{exchange.Target}"));
                foreach (var (name, value) in exchange.Headers)
                    request.Headers.Add(name, value);
                using var response = await http.SendAsync(request, stop);
                var mac = response.Headers.TryGetValues(ReportAuthentication.MacHeader, out var values) ? values.First() : null;
                report = exchange.Read((int)response.StatusCode, mac, await response.Content.ReadAsByteArrayAsync(stop));
                Show(report);
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
