using System.Net;
using Operator.Kubernetes.Client;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Client;

public sealed class ApiDiscoveryTests : IDisposable
{
    private const string Apps = """
        {"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
          {"name":"statefulsets","namespaced":true,"kind":"StatefulSet","verbs":["get"]},
          {"name":"statefulsets/scale","namespaced":true,"kind":"Scale","verbs":["get"]}]}
        """;

    private readonly Fixture fixture = new();
    private readonly ApiDiscovery discovery;
    private string? answer = Apps;

    public ApiDiscoveryTests()
    {
        discovery = new ApiDiscovery(fixture.Client, fixture.Time);
        fixture.Server.Intercept = _ => answer is null
            ? new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("404 page not found") }
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer) };
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task A_kind_and_its_subresources_are_looked_up_in_the_list_of_their_version()
    {
        (await discovery.IsServedAsync(Resources.StatefulSets, Stop)).ShouldBeTrue();
        (await discovery.IsServedAsync(Resources.StatefulSets.Scale(), Stop)).ShouldBeTrue();
        (await discovery.IsServedAsync(Resources.StatefulSets.Status(), Stop)).ShouldBeFalse();
        (await discovery.IsServedAsync("apps", "v1", "deployments", Stop)).ShouldBeFalse();

        fixture.Server.Requests.Single().PathAndQuery.ShouldBe("/apis/apps/v1");
    }

    [Fact]
    public async Task A_group_that_the_server_does_not_know_serves_nothing()
    {
        answer = null;

        (await discovery.IsServedAsync("cert-manager.io", "v1", "certificates", Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_installed_later_is_seen_after_a_while_or_when_asked_for()
    {
        answer = null;
        await discovery.IsServedAsync(Resources.StatefulSets, Stop);
        answer = Apps;
        fixture.Time.Advance(TimeSpan.FromSeconds(59));
        (await discovery.IsServedAsync(Resources.StatefulSets, Stop)).ShouldBeFalse();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        (await discovery.IsServedAsync(Resources.StatefulSets, Stop)).ShouldBeTrue();

        answer = null;
        discovery.Forget();
        (await discovery.IsServedAsync(Resources.StatefulSets, Stop)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_cannot_say_is_no_answer_and_is_asked_again()
    {
        fixture.Server.Intercept = _ => FakeApiServer.Failure(HttpStatusCode.Forbidden, "Forbidden", "no");
        await Should.ThrowAsync<ApiException>(() => discovery.IsServedAsync(Resources.StatefulSets, Stop));
        fixture.Server.Intercept = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Apps) };

        (await discovery.IsServedAsync(Resources.StatefulSets, Stop)).ShouldBeTrue();
    }
}
