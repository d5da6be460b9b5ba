using System.Diagnostics;

namespace Operator.Kubernetes.Telemetry;

/// <summary>
/// Spans of the runtime, for whoever listens to the source. Tags are names, never content: no bodies, tokens or messages.
/// </summary>
public static class RuntimeTraces
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Operator.Kubernetes";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>One turn of a key; null when nobody listens.</summary>
    internal static Activity? Reconcile(string controller, string? @namespace, string name)
    {
        var span = s_source.StartActivity($"reconcile {controller}");
        span?.SetTag("controller", controller).SetTag("k8s.namespace.name", @namespace).SetTag("k8s.object.name", name);
        return span;
    }

    /// <summary>One request until its answer begins; the query is left out. Null when nobody listens.</summary>
    internal static Activity? Request(HttpRequestMessage request)
    {
        var span = s_source.StartActivity($"request {request.Method.Method}", ActivityKind.Client);
        span?.SetTag("http.request.method", request.Method.Method)
            .SetTag("server.address", request.RequestUri?.Authority)
            .SetTag("url.path", request.RequestUri?.AbsolutePath);
        return span;
    }

    /// <summary>The span ends with a failure; what kind it is says enough.</summary>
    internal static void Failed(this Activity? span, Exception error) => span?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
}
