using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;
using Operator.Servers;
using Operator.Servers.Inputs;
using Operator.Testing.Kubernetes;

namespace Operator.Tests.Servers.Inputs;

/// <summary>The operator's own composition on a server in memory: what a CyrusServer names is watched by metadata, and read when it changed.</summary>
public sealed class ReferencedObjectsTests : IAsyncDisposable
{
    private const int Limit = 30_000;
    private const string Namespaced = "/api/v1/namespaces/post/";

    private const string ServerPath = "/apis/cyrus-operator.dev/v1alpha1/namespaces/post/cyrusservers/mail";

    private static readonly ObjectKey Mail = new("post", "mail");

    private static readonly CyrusServer Server = Make.Server(static spec => spec with
    {
        Tls = null,
        ImapdConfFrom = [new() { ConfigMapKeyRef = new() { Name = "shared", Key = "a" } }, new() { SecretKeyRef = new() { Name = "db", Key = "b" } }],
    });

    private readonly FakeApiServer api = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> runs = [];
    private readonly WebApplication app;

    public ReferencedObjectsTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["CYRUS_OPERATOR_SERVER_IMAGE"] = builder.Configuration["CYRUS_OPERATOR_RELOADER_IMAGE"] = "x:1";
        builder.Services.AddSingleton<IKubernetesClient>(
            new KubernetesClient(new KubernetesClientConfig { Server = new Uri("http://fake") }, TimeProvider.System, api));
        builder.Services.AddKubernetes();
        builder.AddServers();
        app = builder.Build();
        api.Put(ServerPath, """
            {"spec":{"imapdConfFrom":[{"configMapKeyRef":{"name":"shared","key":"a"}},{"secretKeyRef":{"name":"db","key":"b"}}]}}
            """);
        PutMap("shared", "x: 1");
        PutMap("foreign", "x: 1");
        api.Put(Namespaced + "secrets/db", """{"type":"Opaque","data":{"b":"eTogMQ=="}}""");
        api.Put(Namespaced + "secrets/foreign", """{"type":"Opaque","data":{"b":"eTogMQ=="}}""");
    }

    private ServerCaches Caches => app.Services.GetRequiredService<ServerCaches>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(runs);
        await app.DisposeAsync();
        stop.Dispose();
        api.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Content_is_read_once_and_again_only_when_it_changed()
    {
        await StartAsync();
        var collector = app.Services.GetRequiredService<InputCollector>();

        await collector.CollectAsync(Server, Stop);
        var texts = (await collector.CollectAsync(Server, Stop)).Texts;
        texts.Select(static text => text.Text).ShouldBe(["x: 1", "y: 1"]);
        ReadsOf("configmaps/shared").ShouldBe(1);
        ReadsOf("secrets/db").ShouldBe(1);

        PutMap("shared", "x: 2");
        await KeyAsync();
        texts = (await collector.CollectAsync(Server, Stop)).Texts;
        texts.Select(static text => text.Text).ShouldBe(["x: 2", "y: 1"]);
        ReadsOf("configmaps/shared").ShouldBe(2);
        ReadsOf("secrets/db").ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Only_what_is_named_is_kept_and_its_removal_is_told()
    {
        await StartAsync();

        Caches.ConfigMaps.List().ShouldHaveSingleItem().Metadata.Name.ShouldBe("shared");
        Caches.Secrets.List().ShouldHaveSingleItem().Metadata.Name.ShouldBe("db");
        api.Requests.Where(static request => request.Path.EndsWith("/configmaps", StringComparison.Ordinal))
            .ShouldAllBe(static request => request.Accept.Contains("PartialObjectMetadata", StringComparison.Ordinal));

        api.Remove(Namespaced + "configmaps/shared");
        await KeyAsync();
        (await app.Services.GetRequiredService<InputCollector>().CollectAsync(Server, Stop)).Problem!
            .ShouldBe(new("ConfigMapNotFound", "ConfigMap post/shared (spec.imapdConfFrom[0]) does not exist"));
    }

    [Fact(Timeout = Limit)]
    public async Task Name_that_can_be_none_is_not_asked_for()
    {
        await StartAsync();
        var odd = Server with { Spec = Server.Spec with { ImapdConfFrom = [new() { SecretKeyRef = new() { Name = "../pods", Key = "a" } }] } };

        (await app.Services.GetRequiredService<InputCollector>().CollectAsync(odd, Stop)).Problem!.Reason.ShouldBe("SecretNotFound");

        api.Requests.ShouldAllBe(static request => !request.Path.Contains("pods/", StringComparison.Ordinal) && !request.Path.Contains("..", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Services_that_cannot_be_read_leave_the_ports_for_clients_alone()
    {
        api.Intercept = Complete;
        api.Put(ServerPath, """{"spec":{"services":[{"name":"imap","protocol":"imap","port":1143}]}}""");
        await StartAsync();
        foreach (var informer in app.Services.GetServices<IInformer>().Where(static one => !one.HasSynced))
            runs.Add(informer.RunAsync(stop.Token));
        var reconciler = app.Services.GetRequiredService<ServerReconciler>();
        await reconciler.ReconcileAsync(Mail, Stop);
        var ports = PortsOf("mail");
        ports.ShouldContain("1143");

        api.Put(ServerPath, """{"spec":{"cyrusConf":"SERVICES {\nimap cmd=imapd\n}\n"}}""");
        while (Caches.Servers.Get(Mail)!.Spec.CyrusConf is null)
            await KeyAsync();
        await reconciler.ReconcileAsync(Mail, Stop);

        PortsOf("mail").ShouldBe(ports);
        api.Requests.Last(static request => IsStatus(request)).Body!.ShouldContain("spec.cyrusConf line 2, column 1");
    }

    /// <summary>What the server in memory does not know: discovery, and JSON patches.</summary>
    private HttpResponseMessage? Complete(FakeRequest request)
    {
        if (IsStatus(request))
            return new(HttpStatusCode.OK) { Content = new StringContent(api.Find(ServerPath)!.ToJsonString(), Encoding.UTF8, "application/json") };
        return request.Path.StartsWith("/apis/", StringComparison.Ordinal) && request.Path.Split('/').Length == 4
            ? FakeApiServer.Failure(HttpStatusCode.NotFound, "NotFound", "there is no such group")
            : null;
    }

    private static bool IsStatus(FakeRequest request) => request.Path == ServerPath + "/status";

    private string PortsOf(string service) => api.Find(Namespaced + "services/" + service)!["spec"]!["ports"]!.ToJsonString();

    private async Task StartAsync()
    {
        var controller = app.Services.GetRequiredService<Controller>(); // sets up indexes and handlers
        runs.AddRange([Caches.Servers.RunAsync(stop.Token), Caches.Secrets.RunAsync(stop.Token), Caches.ConfigMaps.RunAsync(stop.Token)]);
        await Task.WhenAll(Caches.Secrets.WaitForSyncAsync(Stop), Caches.ConfigMaps.WaitForSyncAsync(Stop));
        while (controller.Queue.Count > 0)
            await KeyAsync();
    }

    /// <summary>The next key that a change has put into the queue: the caches know of it.</summary>
    private async Task KeyAsync()
    {
        var queue = app.Services.GetRequiredService<Controller>().Queue;
        (await queue.GetAsync(Stop)).ShouldBe(Mail);
        queue.Done(Mail);
    }

    private int ReadsOf(string name) => api.Requests.Count(request => request.Method == "GET" && request.Path == Namespaced + name);

    private void PutMap(string name, string text) => api.Put(Namespaced + "configmaps/" + name, $$$"""{"data":{"a":"{{{text}}}"}}""");
}
