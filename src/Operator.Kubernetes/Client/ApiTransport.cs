using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>Sends requests and turns answers that are no success into <see cref="ApiException"/>. Knows no kinds.</summary>
internal sealed class ApiTransport : IDisposable
{
    private const int MaxTries = 4;
    private const int MaxErrorText = 512;
    private const string Omitted = "(what the server said is left out, it may quote secret data)";
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);
    private readonly KubernetesClientConfig config;
    private readonly TimeProvider time;
    private readonly TokenSource tokens;
    private readonly HttpClient http;
    private readonly string basePath;

    public ApiTransport(KubernetesClientConfig config, TimeProvider time, HttpMessageHandler? handler)
    {
        this.config = config;
        this.time = time;
        tokens = new TokenSource(config, time);
        basePath = config.Server.AbsolutePath.TrimEnd('/');
        // The client's own time-out holds for watches, too; each call has its deadline instead.
        http = new HttpClient(handler ?? HttpHandlers.Create(config)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The deadline of one call.</summary>
    public TimeSpan Deadline => config.Deadline;

    /// <summary>
    /// Sends until there is an answer that counts. A refused token is read again once; 429, and any answer that says when to come
    /// back, is waited for a few times when the request may be repeated. The caller's token is the deadline.
    /// </summary>
    /// <exception cref="ApiException">The answer is no success.</exception>
    public async Task<HttpResponseMessage> SendAsync(ApiRequest request, byte[]? body, CancellationToken cancellationToken)
    {
        var mayRefreshToken = true;
        for (var tries = 1; ; tries++)
        {
            var token = tokens.Current();
            var response = await SendOnceAsync(request, body, token, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            ApiException error;
            using (response)
                error = await ErrorAsync(request, response, cancellationToken);
            if (error.StatusCode == HttpStatusCode.Unauthorized && mayRefreshToken && tokens.Refused(token))
                mayRefreshToken = false;
            else if (tries < MaxTries && WaitBeforeRetry(request, error) is { } wait)
                await Task.Delay(wait, time, cancellationToken);
            else
                throw error;
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(
        ApiRequest request, byte[]? body, string? token, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, new Uri(config.Server, basePath + request.PathAndQuery))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.TryAddWithoutValidation("User-Agent", config.UserAgent);
        if (token is not null)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }
        return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static TimeSpan? WaitBeforeRetry(ApiRequest request, ApiException error)
    {
        var overloaded = error.StatusCode == HttpStatusCode.TooManyRequests
            || (error.RetryAfter is not null && error.StatusCode >= HttpStatusCode.InternalServerError);
        var wait = error.RetryAfter ?? TimeSpan.FromSeconds(1);
        return request.IsIdempotent && overloaded && wait <= s_longestWait ? wait : null;
    }

    private static async Task<ApiException> ErrorAsync(
        ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = ParseStatus(bytes, request.IsSensitive);
        var seconds = status?.Details?.RetryAfterSeconds;
        TimeSpan? inBody = seconds is > 0 ? TimeSpan.FromSeconds(seconds.Value) : null;
        return new ApiException(request.Description, response.StatusCode, status, response.Headers.RetryAfter?.Delta ?? inBody);
    }

    /// <summary>What the server said. A proxy in between may answer with anything, so text that is no Status is cut short.</summary>
    private static V1Status? ParseStatus(byte[] bytes, bool sensitive)
    {
        V1Status? status;
        try
        {
            status = JsonSerializer.Deserialize(bytes, KubernetesJson.Default.V1Status);
        }
        catch (JsonException)
        {
            var text = System.Text.Encoding.UTF8.GetString(bytes, 0, Math.Min(bytes.Length, MaxErrorText));
            status = text.Length == 0 ? null : new V1Status { Message = text };
        }
        return sensitive ? Redact(status) : status;
    }

    private static V1Status? Redact(V1Status? status)
    {
        if (status?.Reason is "NotFound" or "Forbidden" or "Conflict" or "AlreadyExists" or "Unauthorized" or "TooManyRequests")
            return status;
        var fields = status?.Details?.Causes?.Select(cause => $"{cause.Field} {cause.Reason}") ?? [];
        return status is null ? null : status with
        {
            Message = $"{Omitted} {string.Join(", ", fields)}".TrimEnd(),
            Details = null,
        };
    }
}
