using System.Diagnostics;
using System.Globalization;

namespace Operator.Kubernetes.Telemetry;

/// <summary>Counts, times and traces the requests that go through it.</summary>
internal sealed class RequestTelemetry(RuntimeMetrics metrics, TimeProvider time, HttpMessageHandler next) : DelegatingHandler(next)
{
    // As client-go names a request that got no answer.
    private const string NoAnswer = "<error>";

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var span = RuntimeTraces.Request(request);
        var startedAt = time.GetTimestamp();
        var code = NoAnswer;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            span?.SetTag("http.response.status_code", (int)response.StatusCode);
            if (!response.IsSuccessStatusCode)
                span?.SetStatus(ActivityStatusCode.Error);
            return response;
        }
        catch (Exception error)
        {
            span.Failed(error);
            throw;
        }
        finally
        {
            metrics.Requested(request.Method.Method, request.RequestUri!.Authority, code, time.GetElapsedTime(startedAt));
        }
    }
}
