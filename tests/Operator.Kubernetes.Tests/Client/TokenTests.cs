using System.Net;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Client;

public sealed class TokenTests : IDisposable
{
    private static readonly ObjectKey s_key = new("ns", "a");
    private readonly string file = Path.GetTempFileName();
    private readonly Fixture fixture;

    public TokenTests()
    {
        File.WriteAllText(file, "first\n");
        fixture = new Fixture(new KubernetesClientConfig { Server = new Uri("http://fake"), TokenFile = file });
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        fixture.Dispose();
        File.Delete(file);
    }

    [Fact]
    [Trait("pitfall", "17")]
    public async Task The_service_account_token_is_read_again_each_minute()
    {
        await GetAsync();
        await File.WriteAllTextAsync(file, "second", Stop);
        await GetAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await GetAsync();

        Sent().ShouldBe(["Bearer first", "Bearer first", "Bearer second"]);
    }

    [Fact]
    [Trait("pitfall", "17")]
    public async Task The_service_account_token_is_read_again_after_a_401()
    {
        fixture.Server.Intercept = request => request.Authorization == "Bearer second" ? null : Refusal();
        await Should.ThrowAsync<ApiException>(GetAsync);

        await File.WriteAllTextAsync(file, "second", Stop);
        await GetAsync();

        Sent().ShouldBe(["Bearer first", "Bearer first", "Bearer second"]);
    }

    [Fact]
    public async Task A_refused_token_is_not_tried_for_ever()
    {
        var count = 0;
        fixture.Server.Intercept = _ =>
        {
            File.WriteAllText(file, $"token {count++}");
            return Refusal();
        };

        await Should.ThrowAsync<ApiException>(GetAsync);

        fixture.Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_is_away_for_a_moment_does_not_make_us_forget_the_token()
    {
        await GetAsync();
        await File.WriteAllTextAsync(file, "", Stop);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        await GetAsync();

        Sent().ShouldBe(["Bearer first", "Bearer first"]);
    }

    [Fact]
    public async Task A_file_without_a_token_is_named()
    {
        await File.WriteAllTextAsync(file, "", Stop);

        (await Should.ThrowAsync<KubernetesConfigException>(GetAsync)).Message.ShouldContain(file);
    }

    private static HttpResponseMessage Refusal() =>
        FakeApiServer.Failure(HttpStatusCode.Unauthorized, "Unauthorized", "Unauthorized");

    private Task GetAsync() => fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop);

    private IEnumerable<string?> Sent() => fixture.Server.Requests.Select(request => request.Authorization);
}
