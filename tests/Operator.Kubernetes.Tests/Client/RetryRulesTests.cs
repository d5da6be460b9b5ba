using System.Net;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Client;

public sealed class RetryRulesTests
{
    private static readonly TimeSpan s_left = TimeSpan.FromSeconds(30);
    private static readonly ApiRequest s_read = new(HttpMethod.Get, "/") { Verb = "get", Resource = "pods" };
    private static readonly ApiRequest s_write = new(HttpMethod.Patch, "/") { Verb = "apply", Resource = "pods" };
    private static readonly ApiRequest s_create = new(HttpMethod.Post, "/") { Verb = "create", Resource = "pods", IsIdempotent = false };

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    [InlineData(HttpStatusCode.BadGateway, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    [InlineData(HttpStatusCode.GatewayTimeout, true)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    [InlineData(HttpStatusCode.NotImplemented, false)]
    [InlineData(HttpStatusCode.Forbidden, false)]
    [InlineData(HttpStatusCode.Conflict, false)]
    [InlineData(HttpStatusCode.Gone, false)]
    public void What_passes_by_itself_is_tried_again(HttpStatusCode code, bool isRetried)
    {
        var error = new ApiException("x", code);

        Wait(s_read, error).HasValue.ShouldBe(isRetried);
        Wait(s_write, error).HasValue.ShouldBe(isRetried);
        Wait(s_create, error).ShouldBeNull();
    }

    [Fact]
    public void A_500_is_tried_again_when_the_server_says_so()
    {
        var error = new ApiException("x", HttpStatusCode.InternalServerError, retryAfter: TimeSpan.FromSeconds(1));

        Wait(s_write, error)!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_wait_doubles_is_left_to_chance_by_half_and_is_never_shorter_than_asked()
    {
        var busy = new ApiException("x", HttpStatusCode.ServiceUnavailable);
        var asked = new ApiException("x", HttpStatusCode.ServiceUnavailable, retryAfter: TimeSpan.FromSeconds(3));

        var full = Enumerable.Range(1, 4).Select(tries => Wait(s_read, busy, tries, jitter: 1)!.Value.TotalSeconds);
        var half = Enumerable.Range(1, 4).Select(tries => Wait(s_read, busy, tries, jitter: 0)!.Value.TotalSeconds);

        full.ShouldBe([0.5, 1, 2, 4]);
        half.ShouldBe([0.25, 0.5, 1, 2]);
        Wait(s_read, asked, jitter: 0).ShouldBe(TimeSpan.FromSeconds(3.25));
    }

    [Fact]
    public void It_ends_after_some_tries_before_the_deadline_and_when_the_server_wants_to_be_left_alone_for_long()
    {
        var busy = new ApiException("x", HttpStatusCode.ServiceUnavailable);
        var patient = new ApiException("x", HttpStatusCode.TooManyRequests, retryAfter: TimeSpan.FromSeconds(11));

        Wait(s_read, busy, RetryRules.MaxTries - 1).ShouldNotBeNull();
        Wait(s_read, busy, RetryRules.MaxTries).ShouldBeNull();
        RetryRules.Wait(s_read, busy, 1, TimeSpan.FromMilliseconds(500), 1).ShouldBeNull();
        Wait(s_read, patient).ShouldBeNull();
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded, true)]
    [InlineData(HttpRequestError.HttpProtocolError, true)]
    [InlineData(HttpRequestError.ConnectionError, false)]
    [InlineData(HttpRequestError.NameResolutionError, false)]
    [InlineData(HttpRequestError.SecureConnectionError, false)]
    public void A_connection_that_broke_is_tried_again_for_reads_and_one_that_cannot_be_made_is_not(HttpRequestError kind, bool isRetried)
    {
        var error = new HttpRequestException(kind);

        Wait(s_read, error).HasValue.ShouldBe(isRetried);
        Wait(s_write, error).ShouldBeNull();
    }

    [Fact]
    public void A_reset_connection_is_tried_again_for_reads()
    {
        Wait(s_read, new HttpRequestException("x", new IOException("reset"))).ShouldNotBeNull();
        Wait(s_read, new HttpRequestException("x")).ShouldBeNull();
        Wait(s_read, new InvalidOperationException()).ShouldBeNull();
    }

    private static TimeSpan? Wait(ApiRequest request, Exception error, int tries = 1, double jitter = 0.5) =>
        RetryRules.Wait(request, error, tries, s_left, jitter);
}
