using Operator.Kubernetes.Controllers;

namespace Operator.Hosting;

/// <summary>What kubelet asks.</summary>
internal static class Health
{
    /// <summary>
    /// <c>/healthz</c>: the process answers (a loop that ends takes the process with it). <c>/readyz</c>: every informer has synced.
    /// </summary>
    public static void MapHealth(this WebApplication app)
    {
        var host = app.Services.GetRequiredService<ControllerHost>();
        app.MapGet("/healthz", static context => context.Response.WriteAsync("ok\n"));
        app.MapGet("/readyz", context =>
        {
            context.Response.StatusCode = host.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync(host.IsReady ? "ok\n" : "informers have not synced\n");
        });
    }
}
