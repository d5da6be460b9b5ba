using System.Globalization;
using System.Net;
using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Reports;

/// <summary>
/// Serves the report over HTTP, read-only: GET <see cref="PodPaths.ReportPath"/> (with <c>after</c>, <c>instance</c> and <c>wait</c> it
/// answers when there is a newer one) and GET /healthz.
/// </summary>
internal sealed class ReportServer(ReportBoard board, ReloaderOptions options)
{
    private const int MostWaiters = 32;
    private const double LongestWait = 55;
    private int _waiting;

    /// <summary>Listens until <paramref name="stop"/>.</summary>
    /// <exception cref="HttpListenerException">The port is taken.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://{options.ReportHost}:{options.ReportPort}/"));
        listener.Start();
        await using var closing = stop.Register(listener.Stop);
        while (!stop.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (stop.IsCancellationRequested && error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = AnswerAsync(context, stop);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, CancellationToken stop)
    {
        try
        {
            var body = await RouteAsync(context, stop);
            context.Response.ContentLength64 = body.Length;
            await context.Response.OutputStream.WriteAsync(body, stop);
            context.Response.Close();
        }
        catch (Exception error) when (error is IOException or HttpListenerException or OperationCanceledException or ObjectDisposedException)
        {
            context.Response.Abort(); // the client or we are gone: nobody is left to tell
        }
    }

    private async Task<byte[]> RouteAsync(HttpListenerContext context, CancellationToken stop)
    {
        var path = context.Request.Url?.AbsolutePath;
        if (path is not (PodPaths.ReportPath or "/healthz"))
            return Status(context, HttpStatusCode.NotFound);
        if (context.Request.HttpMethod != "GET")
            return Status(context, HttpStatusCode.MethodNotAllowed);
        if (path == "/healthz")
            return "ok\n"u8.ToArray();

        var report = await ReportAsync(context.Request, stop);
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeToUtf8Bytes(report, ContractJson.Default.ReloadReport);
    }

    private async Task<ReloadReport> ReportAsync(HttpListenerRequest request, CancellationToken stop)
    {
        var query = request.QueryString;
        var hasAfter = long.TryParse(query["after"], CultureInfo.InvariantCulture, out var after);
        var hasWait = double.TryParse(query["wait"], CultureInfo.InvariantCulture, out var wait) && wait > 0;
        if (!hasAfter || !hasWait)
            return board.Latest;
        try
        {
            // One more than allowed is answered at once: whoever polls must not pile up tasks in a mail pod.
            return Interlocked.Increment(ref _waiting) > MostWaiters
                ? board.Latest
                : await board.WaitAsync(after, query["instance"], TimeSpan.FromSeconds(Math.Min(wait, LongestWait)), stop);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static byte[] Status(HttpListenerContext context, HttpStatusCode code)
    {
        context.Response.StatusCode = (int)code;
        return [];
    }
}
