using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing;
using Operator.Testing.ApiServer;
using YamlDotNet.Serialization;

namespace Operator.Tests.Admission;

/// <summary>
/// A real API server with the CRD, the roles and the webhook's configuration of config/, and an operator that answers it, as a user with those roles and
/// no other rights. The configuration is set to Fail: no change passes without an answer.
/// </summary>
public sealed class WebhookFixture : IAsyncLifetime
{
    private const string Group = "/apis/cyrus-operator.dev/v1alpha1/namespaces/default/cyrusservers";
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    private const string User = "operator";

    // The authority of seven years ago is due, and so is what follows once the clock is moved.
    private static readonly TimeSpan Age = TimeSpan.FromDays((7 * 365) + 61);

    private LocalApiServer? server;
    private HttpClient? http;
    private KubernetesClient? client;

    /// <summary>The operator's clock, behind ours until a test moves it.</summary>
    internal ManualTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow() - Age);

    /// <summary>The operator.</summary>
    internal WebhookHost Host { get; private set; } = null!;

    /// <summary>An administrator.</summary>
    internal KubernetesClient Client => client ?? throw new InvalidOperationException("The fixture is not initialized.");

    /// <summary>A server that was stored before the webhook was there, with a bad text and a finalizer.</summary>
    internal static ObjectKey Broken { get; } = new("default", "broken");

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        var stop = limit.Token;
        server = await LocalApiServer.StartAsync(stop, "--request-timeout=10s");
        client = new KubernetesClient(server.Config, TimeProvider.System);
        http = CreateHttp(server.Config);
        await CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", FromFile("crds", "cyrusservers.cyrus-operator.dev.yaml"));
        while (await client.DiscoverAsync(CyrusServer.Group, CyrusServer.Version, stop) is null)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
        await CreateAsync("/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "cyrus-system" } });
        await BindAsync(FromFile("rbac", "role.yaml"));
        await BindAsync(FromFile("webhook", "role.yaml"));
        var (code, _, _) = await PostAsync(Server(Broken.Name, "admins: cyrus\nno option\n", finalizer: "example.org/keep"));
        code.ShouldBe(HttpStatusCode.Created);
        var operatorsWay = server.ConfigOf(User, null);
        Host = await WebhookHost.StartAsync(InNamespace(operatorsWay, "cyrus-system"), Clock, null, stop);
        Host.ClosesConnections = true;
        var configuration = FromFile("webhook", "validating_webhook_configuration.yaml");
        configuration["webhooks"]![0]!["clientConfig"] = new JsonObject { ["url"] = Host.Webhook.AbsoluteUri };
        configuration["webhooks"]![0]!["failurePolicy"] = "Fail";
        await CreateAsync(Configurations, configuration);
        await MoveClockAsync(Age - TimeSpan.FromDays(61), stop);
        await WaitUntilAskedAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
            await Host.DisposeAsync();
        http?.Dispose();
        client?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    /// <summary>A server of the namespace <c>default</c> as a user writes it.</summary>
    internal static JsonObject Server(string name, string imapdConf, string? finalizer = null) => new()
    {
        ["apiVersion"] = "cyrus-operator.dev/v1alpha1",
        ["kind"] = "CyrusServer",
        ["metadata"] = new JsonObject { ["name"] = name, ["finalizers"] = finalizer is null ? null : new JsonArray(finalizer) },
        ["spec"] = new JsonObject { ["imapdConf"] = imapdConf, ["tls"] = new JsonObject { ["secretName"] = "mail-tls" } },
    };

    /// <summary>Creates a server.</summary>
    internal Task<(HttpStatusCode Code, string Text, IReadOnlyList<string> Warnings)> PostAsync(JsonObject body, string query = "") =>
        SendAsync(HttpMethod.Post, Group + query, body, "application/json");

    /// <summary>Changes a server by a merge patch.</summary>
    internal Task<(HttpStatusCode Code, string Text, IReadOnlyList<string> Warnings)> PatchAsync(string name, JsonObject body, string query = "") =>
        SendAsync(HttpMethod.Patch, $"{Group}/{name}{query}", body, "application/merge-patch+json");

    /// <summary>Moves the operator's clock and lets it look until it has nothing more to do.</summary>
    internal async Task MoveClockAsync(TimeSpan by, CancellationToken stop)
    {
        // One step at a look; where there is nothing to do yet, it looks again sooner.
        foreach (var next in (TimeSpan[])[by, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)])
        {
            await Clock.WaitForTimerAsync(TimeSpan.Zero, TimeSpan.FromMinutes(5), stop);
            Clock.Advance(next);
        }
        await Clock.WaitForTimerAsync(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5), stop);
    }

    /// <summary>The authorities that the API server trusts.</summary>
    internal async Task<X509Certificate2Collection> BundleAsync(CancellationToken stop)
    {
        var configuration = await Client.GetAsync(Resources.ValidatingWebhookConfigurations, new ObjectKey(null, "cyrus-operator"), stop);
        var bundle = new X509Certificate2Collection();
        bundle.ImportFromPem(Encoding.ASCII.GetString(configuration!.Webhooks!.Single().ClientConfig!.CaBundle!));
        return bundle;
    }

    /// <summary>Takes the bundle away, as somebody else might.</summary>
    internal async Task SpoilBundleAsync()
    {
        var patch = new JsonArray(new JsonObject { ["op"] = "remove", ["path"] = "/webhooks/0/clientConfig/caBundle" });
        var (code, text, _) = await SendAsync(HttpMethod.Patch, Configurations + "/cyrus-operator", patch, "application/json-patch+json");
        code.ShouldBe(HttpStatusCode.OK, text);
    }

    private static HttpClient CreateHttp(KubernetesClientConfig config)
    {
        using var pair = X509Certificate2.CreateFromPem(config.ClientCertificate, config.ClientKey);
        var certificate = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [certificate],
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            },
        };
        return new HttpClient(handler) { BaseAddress = config.Server };
    }

    private static KubernetesClientConfig InNamespace(KubernetesClientConfig config, string space) => new()
    {
        Server = config.Server,
        Namespace = space,
        CertificateAuthority = config.CertificateAuthority,
        ClientCertificate = config.ClientCertificate,
        ClientKey = config.ClientKey,
    };

    private static JsonObject FromFile(params string[] path)
    {
        var yaml = File.ReadAllText(Testing.Repository.PathOf(["config", .. path]));
        var document = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        return JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(document))!.AsObject();
    }

    private async Task BindAsync(JsonObject role)
    {
        const string Rbac = "rbac.authorization.k8s.io";
        var name = (string)role["metadata"]!["name"]!;
        await CreateAsync($"/apis/{Rbac}/v1/clusterroles", role);
        await CreateAsync($"/apis/{Rbac}/v1/clusterrolebindings", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["roleRef"] = new JsonObject { ["apiGroup"] = Rbac, ["kind"] = "ClusterRole", ["name"] = name },
            ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = Rbac, ["kind"] = "User", ["name"] = User }),
        });
    }

    private async Task CreateAsync(string path, JsonObject body)
    {
        var (code, text, _) = await SendAsync(HttpMethod.Post, path, body, "application/json");
        code.ShouldBe(HttpStatusCode.Created, text);
    }

    /// <summary>It takes the API server a moment to hear of a new configuration or bundle; until it has, Fail answers with a 500.</summary>
    private async Task WaitUntilAskedAsync(CancellationToken stop)
    {
        while ((await PostAsync(Server("probe", "no option\n"), "?dryRun=All")).Code != HttpStatusCode.UnprocessableEntity)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
    }

    private async Task<(HttpStatusCode Code, string Text, IReadOnlyList<string> Warnings)> SendAsync(
        HttpMethod method, string path, JsonNode body, string type)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type) };
        using var answer = await http!.SendAsync(request);
        // RFC 7234, 5.5: code, agent and the text in quotes.
        var warnings = answer.Headers.Warning.Select(static warning => warning.Text.Trim('"')).ToArray();
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), warnings);
    }
}
