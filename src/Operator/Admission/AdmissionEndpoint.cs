using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Operator.Kubernetes.Api;

namespace Operator.Admission;

/// <summary>
/// What the API server asks over HTTPS. What is no AdmissionReview is a 400 (413 when it is too long, 415 when it is no JSON), and says nothing of what
/// was sent.
/// </summary>
internal static class AdmissionEndpoint
{
    /// <summary>Path of the webhook.</summary>
    public const string Path = "/validate-cyrusserver";

    // Two objects of at most 1.5 MiB each, which is what etcd takes.
    private const long MostBytes = 4 << 20;

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="port">The webhook's port. The host listens on others, too; there the path does not exist.</param>
    public static async Task AnswerAsync(HttpContext context, int port)
    {
        if (context.Connection.LocalPort != port)
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (!context.Request.HasJsonContentType())
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        else if (await ReadAsync(context) is { Request: { Uid.Length: > 0 } request })
            await WriteAsync(context, AdmissionRules.Answer(request));
    }

    private static Task WriteAsync(HttpContext context, V1AdmissionResponse response)
    {
        var answer = new V1AdmissionReview { ApiVersion = V1AdmissionReview.Version, Kind = "AdmissionReview", Response = response };
        return context.Response.WriteAsJsonAsync(answer, KubernetesJson.Default.V1AdmissionReview, cancellationToken: context.RequestAborted);
    }

    /// <summary>The question; null when there is none and the status of the answer says so.</summary>
    private static async Task<V1AdmissionReview?> ReadAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MostBytes;
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        try
        {
            var review = await JsonSerializer.DeserializeAsync(
                context.Request.Body, KubernetesJson.Default.V1AdmissionReview, context.RequestAborted);
            if (review is not { ApiVersion: V1AdmissionReview.Version, Request.Uid.Length: > 0 })
                return null;
            context.Response.StatusCode = StatusCodes.Status200OK;
            return review;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (BadHttpRequestException error)
        {
            context.Response.StatusCode = error.StatusCode;
            return null;
        }
    }
}
