using System.Net;
using System.Net.Http.Headers;
using Operator.Kubernetes.Client.Credentials;

namespace Operator.Kubernetes.Client;

/// <summary>Sends requests and turns answers that are no success into <see cref="ApiException"/>. Knows no kinds.</summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly KubernetesClientConfig config;
    private readonly TimeProvider time;
    private readonly ICredentialSource credentials;
    private readonly Dictionary<string, string> impersonation;
    private readonly HttpClient http;
    private readonly string basePath;

    public ApiTransport(KubernetesClientConfig config, TimeProvider time, HttpMessageHandler? handler)
    {
        this.config = config;
        this.time = time;
        credentials = CredentialSources.Create(config, time);
        impersonation = config.Impersonate?.ToHeaders() ?? [];
        basePath = config.Server.AbsolutePath.TrimEnd('/');
        // The client's own time-out holds for watches, too; each call has its deadline instead.
        http = new HttpClient(handler ?? HttpHandlers.Create(config)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The deadline of one call.</summary>
    public TimeSpan Deadline => config.Deadline;

    /// <summary>
    /// Sends until there is an answer that counts. A refused credential is replaced once; what else is tried again, and when, is up to
    /// <see cref="RetryRules"/>. The caller's token is the deadline.
    /// </summary>
    /// <exception cref="ApiException">The answer is no success.</exception>
    public async Task<HttpResponseMessage> SendAsync(ApiRequest request, byte[]? body, CancellationToken cancellationToken)
    {
        var startedAt = time.GetTimestamp();
        var mayReplaceCredential = true;
        for (var tries = 1; ; tries++)
        {
            var credential = await credentials.CurrentAsync(cancellationToken);
            TimeSpan? wait;
            try
            {
                return await ExchangeAsync(request, body, credential, cancellationToken);
            }
            catch (ApiException error) when (mayReplaceCredential && IsRefusal(error) && credentials.Refused(credential))
            {
                mayReplaceCredential = false;
                wait = TimeSpan.Zero;
            }
            catch (Exception error) when ((wait = WaitAfter(request, error, tries, startedAt)) is not null)
            {
                // Sent again, below.
            }
            await Task.Delay(wait.Value, time, cancellationToken);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        credentials.Dispose();
    }

    private static bool IsRefusal(ApiException error) => error.StatusCode == HttpStatusCode.Unauthorized;

    private TimeSpan? WaitAfter(ApiRequest request, Exception error, int tries, long startedAt)
    {
        var left = config.Deadline - time.GetElapsedTime(startedAt);
        return RetryRules.Wait(request, error, tries, left, Random.Shared.NextDouble());
    }

    /// <summary>One request and its answer, which is a success.</summary>
    private async Task<HttpResponseMessage> ExchangeAsync(
        ApiRequest request, byte[]? body, Credential credential, CancellationToken cancellationToken)
    {
        var response = await SendOnceAsync(request, body, credential, cancellationToken);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ErrorAnswer.ReadAsync(request, response, time.GetUtcNow(), cancellationToken);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        ApiRequest request, byte[]? body, Credential credential, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, new Uri(config.Server, basePath + request.PathAndQuery))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Host = config.TlsServerName; // the one way to make SocketsHttpHandler send it as SNI
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.TryAddWithoutValidation("User-Agent", config.UserAgent);
        foreach (var (name, value) in impersonation)
            message.Headers.TryAddWithoutValidation(name, value);
        if (credential.Token is { } token)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        RotatingHandler.Choose(message, credential.Certificate);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }
        return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
