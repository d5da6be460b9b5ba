using System.Net;
using Operator.Kubernetes.Client;
using Operator.Testing;
using Operator.Testing.Kubernetes;

namespace Operator.Tests.Admission;

public sealed class ReadinessTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly FakeApiServer server = new();
    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Fact(Timeout = Limit)]
    public async Task It_is_ready_once_it_has_a_certificate_and_tries_until_then()
    {
        server.Intercept = static _ => FakeApiServer.Failure(HttpStatusCode.Forbidden, "Forbidden", "secrets is forbidden");
        await using var host = await WebhookHost.StartAsync(
            new KubernetesClientConfig { Server = new Uri("http://fake"), Namespace = "mail" }, clock, server, Stop);

        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11), Stop);
        (await host.AskAsync("/readyz", Stop)).ShouldBe((HttpStatusCode.ServiceUnavailable, "the webhook has no certificate yet\n"));
        (await host.AskAsync("/livez", Stop)).Code.ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<Exception>(() => host.ConnectAsync(Stop));
        server.Intercept = null;
        clock.Advance(TimeSpan.FromSeconds(10));
        await host.WaitUntilReadyAsync(Stop);

        using var served = await host.ConnectAsync(Stop);
        served.MatchesHostname("cyrus-operator-webhook.mail.svc").ShouldBeTrue();
    }
}
