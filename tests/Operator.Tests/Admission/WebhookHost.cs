using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Operator.Admission;
using Operator.Hosting;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Testing;

namespace Operator.Tests.Admission;

/// <summary>The operator's host with the webhook and without controllers, on ports of 127.0.0.1.</summary>
internal sealed class WebhookHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> connections = new();
    private readonly WebApplication app;
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
    });

    private WebhookHost(KubernetesClientConfig config, TimeProvider time, HttpMessageHandler? server)
    {
        var builder = WebApplication.CreateSlimBuilder(
        [
            "--urls=http://127.0.0.1:0",
            "--CYRUS_OPERATOR_WEBHOOK=true", $"--CYRUS_OPERATOR_WEBHOOK_PORT={Port}", "--CYRUS_OPERATOR_WEBHOOK_NAMES=localhost",
        ]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(config);
        builder.Services.AddSingleton<IKubernetesClient>(_ => new KubernetesClient(config, TimeProvider.System, server));
        builder.Services.AddKubernetes();
        builder.AddMetrics();
        builder.AddAdmission();
        // Of its own clock, so that a test that waits for its timer finds no other's.
        builder.Services.AddSingleton(provider => AdmissionFeature.CreateKeeper(provider, time));
        app = builder.Build();
        app.Use((context, next) =>
        {
            if (ClosesConnections)
                context.Response.Headers.Connection = "close";
            connections[context.Connection.Id] = true;
            return next(context);
        });
        app.MapHealthAndMetrics();
        app.MapAdmission();
    }

    /// <summary>Whether each request needs a connection of its own, so that the client has to like the certificate anew.</summary>
    public bool ClosesConnections { get; set; }

    /// <summary>How many connections have brought a request.</summary>
    public int Connections => connections.Count;

    /// <summary>The webhook's port.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Where the webhook answers.</summary>
    public Uri Webhook => new($"https://localhost:{Port}{AdmissionEndpoint.Path}");

    /// <summary>Where health is told.</summary>
    public Uri Plain => new(app.Urls.Single(static url => url.StartsWith("http:", StringComparison.Ordinal)));

    /// <summary>Starts it.</summary>
    /// <param name="config">The API server and the operator's own namespace.</param>
    /// <param name="time">The clock of the certificates.</param>
    /// <param name="server">An API server in memory; null for the real one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<WebhookHost> StartAsync(
        KubernetesClientConfig config, TimeProvider time, HttpMessageHandler? server, CancellationToken cancellationToken)
    {
        var host = new WebhookHost(config, time, server);
        await host.app.StartAsync(cancellationToken);
        return host;
    }

    /// <summary>Asks for a path over plain HTTP.</summary>
    public async Task<(HttpStatusCode Code, string Text)> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(Plain, path), cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Waits until it is ready.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        while ((await AskAsync("/readyz", cancellationToken)).Code != HttpStatusCode.OK)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
    }

    /// <summary>Sends anything to the webhook.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        http.SendAsync(request, cancellationToken);

    /// <summary>The certificate that a new connection gets.</summary>
    public async Task<X509Certificate2> ConnectAsync(CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        };
        await tls.AuthenticateAsClientAsync(options, cancellationToken);
        return new X509Certificate2(tls.RemoteCertificate!);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
