using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.ApiServer;

[Trait("needs", "apiserver")]
public sealed class LocalApiServerTests(ApiServerFixture fixture) : IClassFixture<ApiServerFixture>
{
    private const int Limit = 120_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private LocalApiServer Server => fixture.Server;

    [Fact(Timeout = Limit)]
    public async Task What_was_written_is_there_after_both_processes_were_killed()
    {
        var space = await fixture.CreateNamespaceAsync(Stop);

        await Server.ApiServer.KillAsync();
        await Server.Etcd.KillAsync();
        await Server.Etcd.StartAsync(Stop);
        await Server.ApiServer.StartAsync(Stop);

        (await fixture.Client.GetAsync(Resources.Namespaces, new ObjectKey(null, space), Stop)).ShouldNotBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_held_answers_once_it_is_resumed()
    {
        await Server.ApiServer.HoldAsync(Stop);
        var answer = fixture.CreateNamespaceAsync(Stop);
        answer.IsCompleted.ShouldBeFalse();
        Server.ApiServer.Resume();

        (await answer).ShouldStartWith("test-");
    }

    [Fact(Timeout = Limit)]
    public async Task The_kubeconfig_file_leads_to_the_server()
    {
        using var client = new KubernetesClient(KubernetesClientConfig.FromKubeconfig(Server.Kubeconfig), TimeProvider.System);

        var spaces = await client.ListAsync(Resources.Namespaces, null, new ListOptions(), Stop);

        spaces.Items.ShouldContain(space => space.Metadata.Name == "default");
    }

    [Fact(Timeout = Limit)]
    public async Task A_user_without_rights_is_refused()
    {
        using var client = new KubernetesClient(Server.ConfigOf("nobody", null), TimeProvider.System);

        var error = await Should.ThrowAsync<ApiException>(() => client.ListAsync(Resources.Namespaces, null, new ListOptions(), Stop));

        error.IsForbidden.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Both_processes_and_the_data_are_gone_after_it()
    {
        var other = await LocalApiServer.StartAsync(Stop);
        int[] processes = [other.Etcd.ProcessId, other.ApiServer.ProcessId];

        await other.DisposeAsync();

        processes.ShouldAllBe(id => !Directory.Exists($"/proc/{id}"));
        Directory.Exists(Path.GetDirectoryName(other.Kubeconfig)).ShouldBeFalse();
    }
}
