using Operator.Kubernetes.Controllers;
using Operator.Metrics;

namespace Operator.Hosting;

/// <summary>What kubelet and Prometheus ask.</summary>
internal static class Health
{
    private static readonly HealthLimits Limits = new();

    /// <summary>Keeps what is measured for <c>/metrics</c>: the runtime's and the operator's own meters.</summary>
    public static void AddMetrics(this WebApplicationBuilder builder) => builder.Services.AddSingleton(
        static _ => new PrometheusExporter(static meter => meter.Name.StartsWith("Operator.", StringComparison.Ordinal)));

    /// <summary>
    /// <c>/readyz</c>: every informer has synced, whoever leads, and whatever else <see cref="IReadiness"/> asks for is there. <c>/livez</c>, and
    /// <c>/healthz</c> as its older name: informers show signs of life and the queues move. Both say what is wrong with a 503. <c>/metrics</c>:
    /// Prometheus text, or OpenMetrics for whoever asks for it.
    /// </summary>
    public static void MapHealthAndMetrics(this WebApplication app)
    {
        // The exporter first: it knows nothing of what was measured before it was made.
        var exporter = app.Services.GetRequiredService<PrometheusExporter>();
        var host = app.Services.GetRequiredService<ControllerHost>();
        var others = app.Services.GetServices<IReadiness>().ToArray();
        app.MapGet("/readyz", context => AnswerAsync(context, [.. host.NotReady(), .. others.SelectMany(static one => one.NotReady())]));
        app.MapGet("/livez", context => AnswerAsync(context, host.NotLive(Limits)));
        app.MapGet("/healthz", context => AnswerAsync(context, host.NotLive(Limits)));
        app.MapGet("/metrics", context =>
        {
            var format = MetricsFormat.For(context.Request.Headers.Accept);
            context.Response.ContentType = format.ContentType;
            return context.Response.WriteAsync(PrometheusText.Write(OperatorMetrics.Read(exporter), format));
        });
    }

    private static Task AnswerAsync(HttpContext context, IReadOnlyList<string> problems)
    {
        context.Response.StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(problems.Count == 0 ? "ok\n" : string.Join('\n', problems) + "\n");
    }
}
