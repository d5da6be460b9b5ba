using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Operator.Kubernetes.Tests.Client;

/// <summary>A request as the server saw it.</summary>
internal sealed record SeenRequest(string Host, string Protocol, string? ClientName, string Connection, IHeaderDictionary Headers);

/// <summary>A server on loopback that answers every request with an object, over TLS or, for proxies, in plain text.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentQueue<SeenRequest> seen = [];
    private readonly ConcurrentQueue<string?> serverNames = [];

    private TlsServer(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
            options.Listen(IPAddress.Loopback, 0, listen => Configure(listen, certificate)));
        application = builder.Build();
        application.Run(AnswerAsync);
    }

    /// <summary>What was asked.</summary>
    public IReadOnlyList<SeenRequest> Seen => [.. seen];

    /// <summary>The SNI of each handshake.</summary>
    public IReadOnlyList<string?> ServerNames => [.. serverNames];

    public int Port { get; private set; }

    /// <summary>Asked first; true: it has dealt with the request.</summary>
    public Func<HttpContext, bool>? Intercept { get; set; }

    public static async Task<TlsServer> StartAsync(X509Certificate2? certificate)
    {
        var server = new TlsServer(certificate);
        await server.application.StartAsync();
        var addresses = server.application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Port = new Uri(addresses.Addresses.Single()).Port;
        return server;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private void Configure(ListenOptions listen, X509Certificate2? certificate)
    {
        if (certificate is null)
            return;
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
            https.ServerCertificateSelector = (_, name) =>
            {
                serverNames.Enqueue(name);
                return certificate;
            };
        });
    }

    private async Task AnswerAsync(HttpContext context)
    {
        seen.Enqueue(new SeenRequest(
            context.Request.Host.Value!,
            context.Request.Protocol,
            context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, false),
            context.Connection.Id,
            new HeaderDictionary(context.Request.Headers.ToDictionary())));
        if (Intercept?.Invoke(context) == true)
            return;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"metadata":{"name":"a"}}""");
    }
}
