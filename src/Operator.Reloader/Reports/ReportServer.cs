using System.Globalization;
using System.Text;
using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Metrics;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Reports;

/// <summary>
/// Serves the report over HTTP, read-only and to those only who know the server's key: GET <see cref="PodPaths.ReportPath"/> (with <c>after</c>,
/// <c>instance</c> and <c>wait</c> it answers when there is a newer one). GET /healthz, <see cref="PodPaths.ReadyPath"/> and /metrics answer everybody.
/// </summary>
/// <param name="board">The report.</param>
/// <param name="findKey">The server's report key; null while none is mounted.</param>
/// <param name="options">Where to listen.</param>
/// <param name="time">The clock.</param>
internal sealed class ReportServer(ReportBoard board, Func<ReportKey?> findKey, ReloaderOptions options, TimeProvider time)
{
    private const int MostWaiters = 32;
    private const double LongestWait = 55;
    private static readonly BuildInfo s_build = BuildInfo.Of(typeof(ReportServer).Assembly);

    private readonly Readiness _readiness = new(options, time);
    private int _waiting;

    /// <summary>Listens until <paramref name="stop"/>.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public Task RunAsync(CancellationToken stop) => Http.RunAsync(options.ReportHost, options.ReportPort, stop);

    /// <summary>What answers, for connections that somebody else accepts.</summary>
    public HttpServer Http => field ??= new HttpServer(RouteAsync, time);

    private async Task<HttpAnswer> RouteAsync(HttpConnection connection, CancellationToken stop)
    {
        var path = connection.Request.Path;
        if (path is not (PodPaths.ReportPath or PodPaths.ReadyPath or "/healthz" or "/metrics"))
            return HttpAnswer.Text(404, "There is nothing here.");
        if (connection.Request.Method != "GET")
            return HttpAnswer.Text(405, "This is read-only.");
        return path switch
        {
            "/healthz" => HttpAnswer.Text(200, "ok"),
            "/metrics" => Metrics(connection.Request),
            PodPaths.ReadyPath => await _readiness.FindObstacleAsync() is { } obstacle ? HttpAnswer.Text(503, obstacle) : HttpAnswer.Text(200, "ok"),
            _ => await ReportAsync(connection, stop),
        };
    }

    private HttpAnswer Metrics(HttpRequest request)
    {
        var format = MetricsFormat.For(request.Header("Accept"));
        var families = ReloaderMetrics.Read(board.Latest, board.UnservedSince, board.Measures, s_build).Where(static family => family.Series.Count > 0);
        return new HttpAnswer(200, format.ContentType, Encoding.UTF8.GetBytes(PrometheusText.Write([.. families, .. ProcessMetrics.Read()], format)));
    }

    /// <summary>The key is read with each request: it changes when kubelet mounts another.</summary>
    private async Task<HttpAnswer> ReportAsync(HttpConnection connection, CancellationToken stop)
    {
        if (findKey() is not { } key)
            return HttpAnswer.Text(503, "No report key is mounted.");
        var request = connection.Request;
        var nonce = request.Header(ReportAuthentication.NonceHeader);
        var version = request.Header(ReportAuthentication.VersionHeader);
        if (!ReportAuthentication.IsAllowed(key, nonce, version, request.Target, request.Header(ReportAuthentication.MacHeader)))
            return HttpAnswer.Text(401, "The request was not made with the server's report key.");
        connection.Keep();
        var body = JsonSerializer.SerializeToUtf8Bytes(await AwaitAsync(request, stop), ContractJson.Default.ReloadReport);
        return new HttpAnswer(200, "application/json", body)
        {
            Header = (ReportAuthentication.MacHeader, ReportAuthentication.MacOfAnswer(key, nonce!, 200, body)),
        };
    }

    private async Task<ReloadReport> AwaitAsync(HttpRequest request, CancellationToken stop)
    {
        var hasAfter = long.TryParse(request.Query("after"), CultureInfo.InvariantCulture, out var after);
        var hasWait = double.TryParse(request.Query("wait"), CultureInfo.InvariantCulture, out var wait) && wait > 0;
        if (!hasAfter || !hasWait)
            return board.Latest;
        try
        {
            // One more than allowed is answered at once: whoever polls must not pile up tasks in a mail pod.
            return Interlocked.Increment(ref _waiting) > MostWaiters
                ? board.Latest
                : await board.WaitAsync(after, request.Query("instance"), TimeSpan.FromSeconds(Math.Min(wait, LongestWait)), stop);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
