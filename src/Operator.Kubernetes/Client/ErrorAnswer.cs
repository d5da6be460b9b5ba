using System.Text;
using System.Text.Json;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>Makes an <see cref="ApiException"/> of an answer that is no success.</summary>
internal static class ErrorAnswer
{
    private const int MaxText = 512;
    private const string Omitted = "(what the server said is left out, it may quote secret data)";

    /// <summary>What the server said, and when it wants to be asked again: by header, or in the Status.</summary>
    public static async Task<ApiException> ReadAsync(
        ApiRequest request, HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = Parse(bytes, request.IsSensitive);
        var header = response.Headers.RetryAfter;
        var asked = header?.Delta ?? header?.Date - now ?? TimeSpan.FromSeconds(status?.Details?.RetryAfterSeconds ?? 0);
        return new ApiException(request.Description, response.StatusCode, status, asked > TimeSpan.Zero ? asked : null);
    }

    /// <summary>A proxy in between may answer with anything, so text that is no Status is cut short.</summary>
    private static V1Status? Parse(byte[] bytes, bool sensitive)
    {
        V1Status? status;
        try
        {
            status = JsonSerializer.Deserialize(bytes, KubernetesJson.Default.V1Status);
        }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(bytes, 0, Math.Min(bytes.Length, MaxText));
            status = text.Length == 0 ? null : new V1Status { Message = text };
        }
        return sensitive ? Redact(status) : status;
    }

    private static V1Status? Redact(V1Status? status)
    {
        if (status?.Reason is "NotFound" or "Forbidden" or "Conflict" or "AlreadyExists" or "Unauthorized" or "TooManyRequests")
            return status;
        var fields = status?.Details?.Causes?.OfType<V1StatusCause>().Select(cause => $"{cause.Field} {cause.Reason}") ?? [];
        return status is null ? null : status with
        {
            Message = $"{Omitted} {string.Join(", ", fields)}".TrimEnd(),
            Details = null,
        };
    }
}
