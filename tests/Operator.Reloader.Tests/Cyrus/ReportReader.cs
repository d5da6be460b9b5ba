using System.Diagnostics;
using System.Text.Json;
using Operator.Entities.Contract;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Reads the engine's report, as the operator does.</summary>
internal sealed class ReportReader(int port) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(70) };

    public async Task<ReloadReport> ReadAsync(string query, CancellationToken cancellationToken)
    {
        var body = await http.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}{PodPaths.ReportPath}{query}"), cancellationToken);
        return JsonSerializer.Deserialize(body, ContractJson.Default.ReloadReport)!;
    }

    /// <summary>Follows it by long polls until it shows what is wanted; fails after 60 s with what <paramref name="story"/> tells.</summary>
    public async Task<ReloadReport> WaitForAsync(Func<ReloadReport, bool> wanted, Func<string> story, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        ReloadReport? report = null;
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60))
        {
            try
            {
                var query = report is null ? "" : $"?after={report.Revision}&instance={report.Instance}&wait=5";
                report = await ReadAsync(query, cancellationToken);
                if (wanted(report))
                    return report;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken); // no engine runs at the moment
            }
        }
        throw new TimeoutException($"The last report was {JsonSerializer.Serialize(report!, ContractJson.Default.ReloadReport)}\n{story()}");
    }

    public void Dispose() => http.Dispose();
}
