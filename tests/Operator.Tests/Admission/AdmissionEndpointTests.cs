using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Kubernetes;
using Operator.Tests.Servers;

namespace Operator.Tests.Admission;

/// <summary>The webhook over HTTPS, with an API server in memory.</summary>
public sealed class AdmissionEndpointTests : IAsyncLifetime
{
    private const int Limit = 60_000;
    private readonly FakeApiServer server = new();
    private WebhookHost host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var config = new KubernetesClientConfig { Server = new Uri("http://fake"), Namespace = "mail" };
        host = await WebhookHost.StartAsync(config, TimeProvider.System, server, Stop);
        await host.WaitUntilReadyAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        server.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task A_question_is_answered_with_its_own_uid()
    {
        var question = Review.Creation(Make.Server(static spec => spec with { ImapdConf = "nothing\n" }));

        var (code, text) = await PostAsync(Review.Body(question));

        code.ShouldBe(HttpStatusCode.OK);
        var answer = JsonSerializer.Deserialize(text, KubernetesJson.Default.V1AdmissionReview)!;
        (answer.ApiVersion, answer.Kind, answer.Request).ShouldBe(("admission.k8s.io/v1", "AdmissionReview", null));
        (answer.Response!.Uid, answer.Response.Allowed).ShouldBe((question.Uid!, false));
    }

    [Theory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"\"}}")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"request\":{\"uid\":\"1\"}}")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":1}}")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"1\"}} more")]
    public async Task What_is_no_AdmissionReview_is_a_bad_request(string body) =>
        (await PostAsync(body)).ShouldBe((HttpStatusCode.BadRequest, ""));

    [Theory(Timeout = Limit)]
    [InlineData("{\"object\":5,\"oldObject\":5}")]
    [InlineData("{\"object\":{\"spec\":5,\"metadata\":5},\"oldObject\":[]}")]
    [InlineData("{\"object\":{\"spec\":{\"imapdConf\":\"\\ud800\"}},\"oldObject\":{\"spec\":{\"imapdConf\":\"\\ud800 \"}}}")]
    [InlineData("{\"object\":{\"metadata\":{\"deletionTimestamp\":5}}}")]
    public async Task A_review_of_something_odd_is_answered(string members)
    {
        const string About = """ "operation":"UPDATE","kind":{"group":"cyrus-operator.dev","kind":"CyrusServer"},""";

        var (code, text) = await PostAsync($$"""{"apiVersion":"admission.k8s.io/v1","request":{"uid":"1",{{About}}{{members[1..]}}}""");

        code.ShouldBe(HttpStatusCode.OK);
        text.ShouldStartWith("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"1","allowed":""");
    }

    [Fact(Timeout = Limit)]
    public async Task Broken_reviews_are_answered_whatever_is_broken()
    {
        var whole = Encoding.UTF8.GetBytes(Review.Body(Review.Update(Make.Server(), Make.Server(static spec => spec with { Replicas = 3 }))));
        var random = new Random(15);

        for (var turn = 0; turn < 1000; turn++)
        {
            var body = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            var length = turn % 4 == 0 ? random.Next(body.Length) : body.Length;

            var (code, _) = await PostAsync(new ByteArrayContent(body, 0, length), "application/json");

            code.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.BadRequest);
        }
        (await PostAsync(Encoding.UTF8.GetString(whole))).Code.ShouldBe(HttpStatusCode.OK);
    }

    [Fact(Timeout = Limit)]
    public async Task A_deep_one_is_a_bad_request_and_a_long_one_is_not_read()
    {
        (await PostAsync(new string('[', 1000))).Code.ShouldBe(HttpStatusCode.BadRequest);
        (await PostAsync(new string(' ', (4 << 20) + 1))).Code.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact(Timeout = Limit)]
    public async Task It_takes_JSON_by_POST_on_its_own_port_only()
    {
        var body = Review.Body(Review.Creation(Make.Server()));

        (await PostAsync(new StringContent(body), "text/plain")).Code.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        using var get = new HttpRequestMessage(HttpMethod.Get, host.Webhook);
        using var answer = await host.SendAsync(get, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        using var plain = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Plain, host.Webhook.AbsolutePath)) { Content = Json(body) };
        using var elsewhere = await host.SendAsync(plain, Stop);
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private Task<(HttpStatusCode Code, string Text)> PostAsync(string body) => PostAsync(Json(body), "application/json");

    private async Task<(HttpStatusCode Code, string Text)> PostAsync(HttpContent content, string type)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Webhook) { Content = content };
        // What is refused unread is not sent: the client would find the connection closed under it.
        request.Headers.ExpectContinue = true;
        using var answer = await host.SendAsync(request, Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }
}
