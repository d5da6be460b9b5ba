using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing;

namespace Operator.Kubernetes.Tests.Client;

/// <summary>What only a real connection shows.</summary>
public sealed class ConnectionTests : IDisposable
{
    private const int Limit = 30_000;
    private static readonly ObjectKey s_key = new("ns", "a");
    private readonly TestAuthority authority = new("ours");
    private readonly string directory = Directory.CreateTempSubdirectory().FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "18")]
    public async Task One_HttpClient_and_one_connection_serve_all_calls()
    {
        await using var server = await TlsServer.StartAsync(authority.Server("localhost"));
        using var client = Connect(new KubernetesClientConfig { Server = Address(server), CertificateAuthority = authority.Pem });

        for (var i = 0; i < 50; i++)
            await client.GetAsync(Resources.ConfigMaps, s_key, Stop);

        server.Seen.Count.ShouldBe(50);
        server.Seen.Select(request => request.Connection).Distinct().ShouldHaveSingleItem();
        server.Seen[0].Protocol.ShouldBe("HTTP/2");
    }

    [Fact]
    [Trait("pitfall", "1")]
    public void HTTP_2_pings_are_on_also_while_only_a_silent_watch_is_open()
    {
        using var pool = HttpHandlers.Pool(new KubernetesClientConfig { Server = new Uri("https://localhost") }, null);

        pool.KeepAlivePingPolicy.ShouldBe(HttpKeepAlivePingPolicy.Always);
        (pool.KeepAlivePingDelay + pool.KeepAlivePingTimeout).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(45));
    }

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "17")]
    public async Task The_CA_file_is_read_at_each_handshake_so_that_a_replaced_one_counts_at_once()
    {
        using var stranger = new TestAuthority("another");
        var file = Path.Combine(directory, "ca.crt");
        await File.WriteAllTextAsync(file, stranger.Pem, Stop);
        await using var server = await TlsServer.StartAsync(authority.Server("localhost"));
        using var client = Connect(new KubernetesClientConfig { Server = Address(server), CertificateAuthorityFile = file });
        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(Resources.ConfigMaps, s_key, Stop));

        await File.WriteAllTextAsync(file, authority.Pem, Stop);

        (await client.GetAsync(Resources.ConfigMaps, s_key, Stop)).ShouldNotBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task The_tls_server_name_is_told_to_the_server_and_is_what_its_certificate_must_be_for()
    {
        await using var server = await TlsServer.StartAsync(authority.Server("api.example.com"));
        var config = new KubernetesClientConfig
        {
            Server = Address(server),
            CertificateAuthority = authority.Pem,
            TlsServerName = "api.example.com",
        };
        using var client = Connect(config);
        using var without = Connect(new KubernetesClientConfig { Server = config.Server, CertificateAuthority = authority.Pem });

        (await client.GetAsync(Resources.ConfigMaps, s_key, Stop)).ShouldNotBeNull();
        await Should.ThrowAsync<HttpRequestException>(() => without.GetAsync(Resources.ConfigMaps, s_key, Stop));

        server.ServerNames.ShouldBe(["api.example.com", "localhost"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_skipping_the_check_accepts_a_certificate_of_an_unknown_authority()
    {
        using var stranger = new TestAuthority("another");
        await using var server = await TlsServer.StartAsync(stranger.Server("localhost"));
        using var client = Connect(new KubernetesClientConfig { Server = Address(server), SkipTlsVerify = true });
        using var careful = Connect(new KubernetesClientConfig { Server = Address(server), CertificateAuthority = authority.Pem });

        (await client.GetAsync(Resources.ConfigMaps, s_key, Stop)).ShouldNotBeNull();
        await Should.ThrowAsync<HttpRequestException>(() => careful.GetAsync(Resources.ConfigMaps, s_key, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_certificate_is_shown()
    {
        var (certificate, key) = authority.Client("jane");
        await using var server = await TlsServer.StartAsync(authority.Server("localhost"));
        using var client = Connect(new KubernetesClientConfig
        {
            Server = Address(server),
            CertificateAuthority = authority.Pem,
            ClientCertificate = certificate,
            ClientKey = key,
        });

        await client.GetAsync(Resources.ConfigMaps, s_key, Stop);

        server.Seen.Single().ClientName.ShouldBe("jane");
    }

    [Fact(Timeout = Limit)]
    public async Task A_proxy_is_gone_through_with_its_user_and_password()
    {
        await using var proxy = await TlsServer.StartAsync(null);
        proxy.Intercept = context => IsStranger(context, "Basic bWU6cEBzcw=="); // me:p@ss
        using var client = Connect(new KubernetesClientConfig
        {
            Server = new Uri("http://api.example.com"),
            Proxy = new Uri($"http://me:p%40ss@localhost:{proxy.Port}"),
        });

        (await client.GetAsync(Resources.ConfigMaps, s_key, Stop)).ShouldNotBeNull();

        proxy.Seen[^1].Host.ShouldBe("api.example.com");
    }

    [Fact(Timeout = Limit)]
    public async Task A_proxy_that_refuses_us_is_named_without_the_password()
    {
        await using var proxy = await TlsServer.StartAsync(null);
        proxy.Intercept = context => IsStranger(context, "nobody is welcome");
        using var client = Connect(new KubernetesClientConfig
        {
            Server = new Uri("https://api.example.com"),
            Proxy = new Uri($"http://me:hush@localhost:{proxy.Port}"),
        });

        var error = await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(Resources.ConfigMaps, s_key, Stop));

        error.ToString().ShouldContain($"localhost:{proxy.Port}");
        error.ToString().ShouldNotContain("hush");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stream_that_the_server_resets_is_tried_again()
    {
        var time = new ManualTimeProvider();
        await using var server = await TlsServer.StartAsync(authority.Server("localhost"));
        server.Intercept = context =>
        {
            var isFirst = server.Seen.Count == 1;
            if (isFirst)
                context.Abort();
            return isFirst;
        };
        var config = new KubernetesClientConfig { Server = Address(server), CertificateAuthority = authority.Pem };
        using var client = new KubernetesClient(config, time);

        var call = client.GetAsync(Resources.ConfigMaps, s_key, Stop);
        await time.AdvanceUntilAsync(call, Stop);

        (await call).ShouldNotBeNull();
        server.Seen.Count.ShouldBe(2);
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_is_closed_or_reset_instead_of_an_answer_is_tried_again(bool isReset)
    {
        const int Broken = 6; // HttpClient tries again by itself, a few times and at once
        var time = new ManualTimeProvider();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new KubernetesClient(new KubernetesClientConfig { Server = new Uri($"http://{listener.LocalEndpoint}") }, time);

        var call = client.GetAsync(Resources.ConfigMaps, s_key, Stop);
        var moving = time.AdvanceUntilAsync(call, Stop);
        for (var i = 0; i < Broken; i++)
        {
            using var broken = await listener.AcceptTcpClientAsync(Stop);
            await broken.GetStream().ReadAtLeastAsync(new byte[16], 16, cancellationToken: Stop);
            broken.LingerState = new LingerOption(isReset, 0);
        }
        using var whole = await listener.AcceptTcpClientAsync(Stop);
        await whole.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(), Stop);

        (await call).ShouldNotBeNull();
        await moving;
        time.GetElapsedTime(0).ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact(Timeout = Limit)]
    public async Task Impersonation_goes_into_headers()
    {
        await using var server = await TlsServer.StartAsync(null);
        using var client = Connect(new KubernetesClientConfig
        {
            Server = new Uri($"http://localhost:{server.Port}"),
            Impersonate = new Impersonation("jane")
            {
                Uid = "u-1",
                Group = "staff",
                Extra = new Dictionary<string, string> { ["example.com/scope"] = "a, b" },
            },
        });

        await client.GetAsync(Resources.ConfigMaps, s_key, Stop);

        var headers = server.Seen.Single().Headers;
        headers["Impersonate-User"].ShouldBe(["jane"]);
        headers["Impersonate-Uid"].ShouldBe(["u-1"]);
        headers["Impersonate-Group"].ShouldBe(["staff"]);
        headers["Impersonate-Extra-example.com%2Fscope"].ShouldBe(["a, b"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_client_certificate_in_files_is_read_again_and_a_half_replaced_one_is_not_taken()
    {
        var time = new ManualTimeProvider();
        var (certificateFile, keyFile) = (Path.Combine(directory, "tls.crt"), Path.Combine(directory, "tls.key"));
        var (jane, john) = (authority.Client("jane"), authority.Client("john"));
        await File.WriteAllTextAsync(certificateFile, jane.Certificate, Stop);
        await File.WriteAllTextAsync(keyFile, jane.Key, Stop);
        await using var server = await TlsServer.StartAsync(authority.Server("localhost"));
        var config = new KubernetesClientConfig
        {
            Server = Address(server),
            CertificateAuthority = authority.Pem,
            ClientCertificateFile = certificateFile,
            ClientKeyFile = keyFile,
        };
        using var client = new KubernetesClient(config, time);

        await client.GetAsync(Resources.ConfigMaps, s_key, Stop);
        await File.WriteAllTextAsync(certificateFile, john.Certificate, Stop);
        time.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync(Resources.ConfigMaps, s_key, Stop);
        await File.WriteAllTextAsync(keyFile, john.Key, Stop);
        time.Advance(TimeSpan.FromMinutes(1));
        await client.GetAsync(Resources.ConfigMaps, s_key, Stop);

        server.Seen.Select(request => request.ClientName).ShouldBe(["jane", "jane", "john"]);
        server.Seen.Select(request => request.Connection).Distinct().Count().ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_client_certificate_of_a_plugin_is_shown_on_a_new_connection()
    {
        var time = new ManualTimeProvider();
        var file = Path.Combine(directory, "credential");
        await WriteAsync("jane", time.GetUtcNow().AddMinutes(5));
        await using var server = await TlsServer.StartAsync(authority.Server("localhost"));
        var config = new KubernetesClientConfig
        {
            Server = Address(server),
            CertificateAuthority = authority.Pem,
            Exec = new ExecPluginOptions { ApiVersion = "client.authentication.k8s.io/v1", Command = "cat", Arguments = [file] },
        };
        using var client = new KubernetesClient(config, time);

        await client.GetAsync(Resources.ConfigMaps, s_key, Stop);
        await client.GetAsync(Resources.ConfigMaps, s_key, Stop);
        await WriteAsync("john", time.GetUtcNow().AddMinutes(10));
        time.Advance(TimeSpan.FromMinutes(5));
        await client.GetAsync(Resources.ConfigMaps, s_key, Stop);

        server.Seen.Select(request => request.ClientName).ShouldBe(["jane", "jane", "john"]);
        server.Seen.Select(request => request.Connection).Distinct().Count().ShouldBe(2);

        Task WriteAsync(string user, DateTimeOffset expires)
        {
            var (certificate, key) = authority.Client(user);
            return File.WriteAllTextAsync(file, ExecOutput.Certificate(certificate, key, expires), Stop);
        }
    }

    private static bool IsStranger(HttpContext context, string welcome)
    {
        if (context.Request.Headers.ProxyAuthorization == welcome)
            return false;
        context.Response.StatusCode = (int)HttpStatusCode.ProxyAuthenticationRequired;
        context.Response.Headers.ProxyAuthenticate = "Basic";
        return true;
    }

    private static Uri Address(TlsServer server) => new($"https://localhost:{server.Port}");

    private static KubernetesClient Connect(KubernetesClientConfig config) => new(config, TimeProvider.System);
}
