using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Client;

public sealed class KubernetesClientTests : IDisposable
{
    private const int Limit = 30_000;
    private static readonly ObjectKey s_key = new("ns", "a");
    private readonly Fixture fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Fact(Timeout = Limit)]
    public async Task What_is_not_there_is_null_and_deleting_it_is_fine()
    {
        (await fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop)).ShouldBeNull();
        await fixture.Client.DeleteAsync(Resources.ConfigMaps, s_key, Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task An_object_can_be_created_read_patched_listed_and_deleted()
    {
        var created = await fixture.Client.CreateAsync(Resources.ConfigMaps, Fixture.Map("a"), Stop);
        var read = await fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop);
        var patched = await fixture.Client.MergePatchAsync(
            Resources.ConfigMaps, s_key, new JsonObject { ["data"] = new JsonObject { ["value"] = "2" } }, "test", Stop);
        var list = await fixture.Client.ListAsync(Resources.ConfigMaps, "ns", new ListOptions(), Stop);
        await fixture.Client.DeleteAsync(Resources.ConfigMaps, s_key, Stop);

        read!.Metadata.Uid.ShouldBe(created.Metadata.Uid);
        patched.Data!["value"].ShouldBe("2");
        list.Items.ShouldHaveSingleItem().Data!["value"].ShouldBe("2");
        (await fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "20")]
    public async Task An_apply_sends_kind_and_version_and_nothing_that_the_server_sets()
    {
        var map = Fixture.Map("a") with
        {
            Metadata = new V1ObjectMeta
            {
                Namespace = "ns",
                Name = "a",
                Uid = "u",
                ResourceVersion = "5",
                Generation = 3,
                CreationTimestamp = DateTimeOffset.UnixEpoch,
                Labels = new Dictionary<string, string> { ["a"] = "b" },
            },
        };

        await fixture.Client.ApplyAsync(Resources.ConfigMaps, map, "test", Stop);

        fixture.Server.Requests.Single().Body.ShouldBe(
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"ns","labels":{"a":"b"}},"data":{"value":"1"}}""");
    }

    [Fact(Timeout = Limit)]
    public async Task Status_is_written_alone_and_never_with_the_rest()
    {
        var set = new V1StatefulSet
        {
            Metadata = new V1ObjectMeta { Namespace = "ns", Name = "a", Uid = "u", Labels = new Dictionary<string, string> { ["a"] = "b" } },
            Spec = new V1StatefulSetSpec { Replicas = 2 },
            Status = new V1StatefulSetStatus { Replicas = 1 },
        };

        await fixture.Client.ApplyAsync(Resources.StatefulSets, set, "test", Stop);
        fixture.Server.Intercept = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") };
        await fixture.Client.ReplaceStatusAsync(Resources.StatefulSets, set, "test", Stop);

        fixture.Server.Requests[0].Json.ContainsKey("status").ShouldBeFalse();
        fixture.Server.Requests[1].Path.ShouldEndWith("/statefulsets/a/status");
        fixture.Server.Requests[1].ContentType.ShouldBe("application/json-patch+json");
        fixture.Server.Requests[1].Body.ShouldBe(
            """[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"add","path":"/status","value":{"replicas":1}}]""");
    }

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "15")]
    public async Task An_error_says_verb_resource_key_and_what_the_server_said()
    {
        fixture.Server.Intercept = _ => FakeApiServer.Failure(HttpStatusCode.Forbidden, "Forbidden", "cannot get resource \"configmaps\"");

        var error = await Should.ThrowAsync<ApiException>(() => fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop));

        error.Message.ShouldBe("get configmaps ns/a: 403 Forbidden: cannot get resource \"configmaps\"");
        error.IsForbidden.ShouldBeTrue();
        error.Status!.Reason.ShouldBe("Forbidden");
    }

    [Fact(Timeout = Limit)]
    public async Task A_taken_name_and_a_conflict_are_told_apart()
    {
        await fixture.Client.CreateAsync(Resources.ConfigMaps, Fixture.Map("a"), Stop);
        var stale = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = "1" } };

        var taken = await Should.ThrowAsync<ApiException>(
            () => fixture.Client.CreateAsync(Resources.ConfigMaps, Fixture.Map("a"), Stop));
        var conflict = await Should.ThrowAsync<ApiException>(
            () => fixture.Client.MergePatchAsync(Resources.ConfigMaps, s_key, stale, "test", Stop));

        (taken.IsAlreadyExists, taken.IsConflict).ShouldBe((true, false));
        (conflict.IsAlreadyExists, conflict.IsConflict).ShouldBe((false, true));
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_server_says_to_a_refused_write_of_a_Secret_is_not_repeated()
    {
        fixture.Server.Intercept = _ =>
            FakeApiServer.Failure(HttpStatusCode.BadRequest, "BadRequest", "error found in #10 byte of ...|hush|...");
        var secret = new V1Secret
        {
            Metadata = new V1ObjectMeta { Namespace = "ns", Name = "a" },
            Data = new Dictionary<string, byte[]> { ["key"] = Encoding.UTF8.GetBytes("hush") },
        };

        var error = await Should.ThrowAsync<ApiException>(() => fixture.Client.ApplyAsync(Resources.Secrets, secret, "test", Stop));

        error.ToString().ShouldNotContain("hush");
        error.Status!.Message!.ShouldNotContain("hush");
        error.Message.ShouldStartWith("apply secrets ns/a: 400 BadRequest");
    }

    [Fact(Timeout = Limit)]
    public async Task An_answer_that_is_no_Status_is_cut_short()
    {
        var page = "<html>" + new string('x', 100_000);
        fixture.Server.Intercept = _ => new HttpResponseMessage(HttpStatusCode.NotImplemented) { Content = new StringContent(page) };

        var error = await Should.ThrowAsync<ApiException>(() => fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop));

        error.Message.ShouldStartWith("get configmaps ns/a: 501 NotImplemented: <html>xxx");
        error.Message.Length.ShouldBeLessThan(1000);
    }

    [Fact(Timeout = Limit)]
    public async Task An_overloaded_server_is_asked_again_when_it_says_so()
    {
        var refusals = 2;
        fixture.Server.Intercept = _ => refusals-- > 0 ? Later(3) : null;
        var call = fixture.Client.ApplyAsync(Resources.ConfigMaps, Fixture.Map("a"), "test", Stop);

        await fixture.Time.AdvanceUntilAsync(call, Stop);
        await call;

        fixture.Server.Requests.Count.ShouldBe(3);
        fixture.Time.GetElapsedTime(0).ShouldBeGreaterThan(TimeSpan.FromSeconds(6));
    }

    [Fact(Timeout = Limit)]
    public async Task An_overloaded_server_is_not_asked_for_ever()
    {
        fixture.Server.Intercept = _ => Later(1);
        var call = fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop);

        await fixture.Time.AdvanceUntilAsync(call, Stop);

        (await Should.ThrowAsync<ApiException>(call)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        fixture.Server.Requests.Count.ShouldBe(RetryRules.MaxTries);
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_that_breaks_under_a_read_is_tried_again_and_under_a_write_is_not()
    {
        var breaks = 1;
        fixture.Server.Intercept = _ => breaks-- > 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : null;
        var read = fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop);
        await fixture.Time.AdvanceUntilAsync(read, Stop);
        (await read).ShouldBeNull();

        breaks = 1;
        await Should.ThrowAsync<HttpRequestException>(
            () => fixture.Client.ApplyAsync(Resources.ConfigMaps, Fixture.Map("a"), "test", Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task A_create_is_never_repeated_and_neither_is_a_call_that_would_wait_long()
    {
        var seconds = 1;
        fixture.Server.Intercept = _ => Later(seconds);
        await Should.ThrowAsync<ApiException>(() => fixture.Client.CreateAsync(Resources.ConfigMaps, Fixture.Map("a"), Stop));
        seconds = 11;
        await Should.ThrowAsync<ApiException>(() => fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop));

        fixture.Server.Requests.Count.ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "1")]
    public async Task A_call_ends_at_its_deadline()
    {
        using var client = Silent();
        var call = client.GetAsync(Resources.ConfigMaps, s_key, Stop);

        await fixture.Time.WaitForTimerAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), Stop);
        fixture.Time.Advance(TimeSpan.FromSeconds(30));

        (await Should.ThrowAsync<TimeoutException>(call)).Message.ShouldBe("get configmaps ns/a: no answer in time.");
    }

    [Fact(Timeout = Limit)]
    public async Task The_callers_own_cancellation_is_no_time_out()
    {
        using var client = Silent();
        using var cancel = new CancellationTokenSource();
        var call = client.GetAsync(Resources.ConfigMaps, s_key, cancel.Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    [Fact(Timeout = Limit)]
    public async Task A_Retry_After_may_be_a_date_or_stand_in_the_Status()
    {
        var dated = FakeApiServer.Failure(HttpStatusCode.Forbidden, "Forbidden", "no");
        dated.Headers.RetryAfter = new RetryConditionHeaderValue(fixture.Time.GetUtcNow().AddSeconds(7));
        fixture.Server.Intercept = _ => dated;
        var byDate = await Should.ThrowAsync<ApiException>(() => fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop));
        fixture.Server.Intercept = _ => new HttpResponseMessage(HttpStatusCode.Forbidden)
        {
            Content = new StringContent("""{"kind":"Status","details":{"retryAfterSeconds":5}}"""),
        };
        var inStatus = await Should.ThrowAsync<ApiException>(() => fixture.Client.GetAsync(Resources.ConfigMaps, s_key, Stop));

        byDate.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        inStatus.RetryAfter.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [Trait("pitfall", "6")]
    [InlineData(HttpStatusCode.Gone, "anything", false, true)]
    [InlineData(HttpStatusCode.InternalServerError, "Expired", false, true)]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError", false, false)]
    [InlineData(HttpStatusCode.Conflict, "Conflict", true, false)]
    [InlineData(HttpStatusCode.Conflict, "AlreadyExists", false, false)]
    public void An_error_is_judged_by_status_code_and_reason_never_by_message_text(
        HttpStatusCode code, string reason, bool isConflict, bool isGone)
    {
        var status = new V1Status { Reason = reason, Message = "410 Gone Expired conflict AlreadyExists NotFound" };
        var error = new ApiException("x", code, status);

        (error.IsConflict, error.IsGone, error.IsNotFound).ShouldBe((isConflict, isGone, false));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_below_a_path_is_reached_there()
    {
        using var under = new Fixture(new KubernetesClientConfig { Server = new Uri("https://rancher/k8s/clusters/c1/") });
        under.Server.Intercept = _ => FakeApiServer.Failure(HttpStatusCode.NotFound, "NotFound", "none");

        await under.Client.GetAsync(Resources.ConfigMaps, s_key, Stop);

        under.Server.Requests.Single().PathAndQuery.ShouldBe("/k8s/clusters/c1/api/v1/namespaces/ns/configmaps/a");
    }

    private static HttpResponseMessage Later(int seconds) =>
        FakeApiServer.Failure(HttpStatusCode.TooManyRequests, "TooManyRequests", "later", seconds);

    private KubernetesClient Silent() =>
        new(new KubernetesClientConfig { Server = new Uri("http://fake") }, fixture.Time, new SilentHandler());

    private sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
