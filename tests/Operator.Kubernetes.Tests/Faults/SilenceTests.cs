using System.IO.Pipelines;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Tests.ApiServer;
using Operator.Testing;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>A stream that went dead without a word: nothing ever fails on it, so it has to be noticed.</summary>
[Collection(FaultCollection.Name)]
[Trait("needs", "apiserver")]
public sealed class SilenceTests(ApiServerFixture fixture)
{
    private const int Limit = 120_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Pings_notice_a_silent_stream()
    {
        var space = await fixture.CreateNamespaceAsync(Stop);
        await using var near = new ProxiedClient(fixture.Server);
        await using var follower = new Follower<V1ConfigMap>(near.Client, Resources.ConfigMaps, new() { Namespaces = [space] });
        await near.Requests.WaitForWatchAsync(Stop);

        near.Proxy.Begin(Fault.Freeze);
        await WriteAsync(space);

        await follower.CatchUpAsync(fixture.Client, Stop);
        near.Proxy.Accepted.ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task The_deadline_notices_a_silent_stream_on_a_connection_that_lives()
    {
        var time = new ManualTimeProvider();
        var space = await fixture.CreateNamespaceAsync(Stop);
        using var wire = new Interposer(fixture.Server.Config, MuteTheFirstWatch());
        using var client = new KubernetesClient(fixture.Server.Config, time, wire);
        await using var follower = new Follower<V1ConfigMap>(client, Resources.ConfigMaps, new() { Namespaces = [space] }, time);
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(330), TimeSpan.FromSeconds(630), Stop); // 300 to 600 s, and 30 s of grace

        await WriteAsync(space);
        time.Advance(TimeSpan.FromSeconds(630));
        await time.WaitForTimerAsync(TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(800), Stop);
        follower.Informer.List().ShouldBeEmpty();
        time.Advance(TimeSpan.FromMilliseconds(800));

        await follower.CatchUpAsync(fixture.Client, Stop);
    }

    private static Func<HttpRequestMessage, HttpResponseMessage, Task> MuteTheFirstWatch()
    {
        var isMuted = false;
        return (request, response) =>
        {
            if (!isMuted && request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal))
            {
                isMuted = true;
                response.Content = new StreamContent(new Pipe().Reader.AsStream()); // nobody ever writes to it
            }
            return Task.CompletedTask;
        };
    }

    private Task<V1ConfigMap> WriteAsync(string space) => fixture.Client.CreateAsync(
        Resources.ConfigMaps, new V1ConfigMap { Metadata = new V1ObjectMeta { Namespace = space, Name = "one" } }, Stop);
}
