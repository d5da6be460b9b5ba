using System.Diagnostics;
using System.Text.Json;
using Operator.Entities.Contract;

namespace Operator.Reloader.Testing;

/// <summary>Reads the engine's report, as the operator does.</summary>
internal sealed class ReportReader(int port, ReportKey key) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(70) };

    /// <summary>The report of now, or the next one after <paramref name="known"/>.</summary>
    public async Task<ReloadReport> ReadAsync(ReloadReport? known, CancellationToken cancellationToken)
    {
        var exchange = new ReportExchange(key, known, waitSeconds: 5);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}{exchange.Target}"));
        foreach (var (name, value) in exchange.Headers)
            request.Headers.Add(name, value);
        using var response = await http.SendAsync(request, cancellationToken);
        var mac = response.Headers.TryGetValues(ReportAuthentication.MacHeader, out var values) ? values.First() : null;
        return exchange.Read((int)response.StatusCode, mac, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <summary>How long it is followed.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Follows it by long polls until it shows what is wanted; fails at the limit with what <paramref name="story"/> tells.</summary>
    public async Task<ReloadReport> WaitForAsync(Func<ReloadReport, bool> wanted, Func<string> story, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        ReloadReport? report = null;
        while (Stopwatch.GetElapsedTime(since) < Limit)
        {
            try
            {
                report = await ReadAsync(report, cancellationToken);
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
