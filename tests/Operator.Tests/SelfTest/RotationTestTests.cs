using System.Net;
using Microsoft.Extensions.Configuration;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.SelfTest;
using Operator.Testing;
using Operator.Testing.Kubernetes;

namespace Operator.Tests.SelfTest;

/// <summary>How the self-test ends when it cannot go well; that it goes well is shown on the cluster.</summary>
public sealed class RotationTestTests : IDisposable
{
    private const int Limit = 30_000;
    private readonly FakeApiServer server = new();
    private readonly ManualTimeProvider time = new();
    private readonly KubernetesClient client;
    private readonly StringWriter said = new();
    private readonly SelfTestOptions options = new() { Name = "probe", Namespace = "mail", Timeout = TimeSpan.FromMinutes(2) };

    public RotationTestTests() => client = new KubernetesClient(new KubernetesClientConfig { Server = new Uri("http://fake") }, time, server);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        client.Dispose();
        said.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_API_server_refuses_is_said_and_what_was_made_is_removed()
    {
        server.Intercept = static request => request.Path.EndsWith("/secrets/probe-tls", StringComparison.Ordinal)
            ? FakeApiServer.Failure(HttpStatusCode.Forbidden, "Forbidden", "secrets is forbidden")
            : null;

        (await RunAsync()).ShouldBeFalse();

        said.ToString().ShouldContain("FAILED: ");
        said.ToString().ShouldContain("secrets is forbidden");
        (await client.GetAsync(CyrusResources.Servers, new ObjectKey("mail", "probe"), Stop)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task An_operator_that_says_nothing_is_told_from_one_that_cannot()
    {
        var run = RunAsync();
        await time.WaitForTimerAsync(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2), Stop);
        await server.WaitForAsync(static request => request.IsWatch, 1, Stop);
        time.Advance(TimeSpan.FromMinutes(2));

        (await run).ShouldBeFalse();

        said.ToString().ShouldContain("FAILED: it took more than 120 s; the operator has not said anything of the server: does it run, and does it watch this namespace?");
        server.Requests[^1].Method.ShouldBe("DELETE");
    }

    [Fact]
    public void The_certificate_counts_as_served_when_a_healthy_status_of_this_generation_names_it_for_every_pod()
    {
        var wanted = SelfTestCertificate.Create("probe", time.GetUtcNow());
        CyrusServer With(long observed, string condition, params string[] served) => SelfTestObjects.Server(options) with
        {
            Metadata = new V1ObjectMeta { Name = "probe", Generation = 2 },
            Status = new CyrusServerStatus
            {
                ObservedGeneration = observed,
                Conditions = [new V1Condition { Type = "RolloutHealthy", Status = condition, Reason = "Served", Message = "" }],
                Pods = [.. served.Select(static one => new PodStatus { Name = "probe-0", CertificateSha256 = one })],
            },
        };

        RotationTest.Serves(With(2, "True", wanted.Sha256), wanted).ShouldBeTrue();
        RotationTest.Serves(With(1, "True", wanted.Sha256), wanted).ShouldBeFalse();
        RotationTest.Serves(With(2, "False", wanted.Sha256), wanted).ShouldBeFalse();
        RotationTest.Serves(With(2, "True", wanted.Sha256, "other"), wanted).ShouldBeFalse();
        RotationTest.Serves(With(2, "True"), wanted).ShouldBeFalse();
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-1")]
    public void A_time_that_is_none_is_refused_by_name(string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("CYRUS_OPERATOR_TEST_TIMEOUT_SECONDS", value)]).Build();

        Should.Throw<InvalidOperationException>(() => SelfTestOptions.From(configuration, "mail"))
            .Message.ShouldStartWith("Environment variable CYRUS_OPERATOR_TEST_TIMEOUT_SECONDS is ");
    }

    [Fact]
    public void Without_variables_it_runs_in_the_namespace_of_the_pod() =>
        SelfTestOptions.From(new ConfigurationBuilder().Build(), "mail").ShouldBe(
            new SelfTestOptions { Name = "cyrus-selftest", Namespace = "mail", Timeout = TimeSpan.FromMinutes(5) });

    private Task<bool> RunAsync() => new RotationTest(client, options, time, said).RunAsync(Stop);
}
