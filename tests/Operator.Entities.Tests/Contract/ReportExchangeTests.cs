using System.Text;
using System.Text.Json;
using Operator.Entities.Contract;

namespace Operator.Entities.Tests.Contract;

public sealed class ReportExchangeTests
{
    private static readonly ReportKey Key = ReportKey.Create();
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"version":1,"instance":"a","revision":7,"phase":"Healthy"}""");

    [Fact]
    public void What_it_sends_is_allowed_and_its_answer_is_read()
    {
        var exchange = new ReportExchange(Key);

        ReportAuthentication.IsAllowed(
            Key, Header(exchange, "Nonce"), Header(exchange, "Version"), exchange.Target, Header(exchange, "Mac")).ShouldBeTrue();
        exchange.Read(200, MacFor(exchange), Body).Revision.ShouldBe(7);
    }

    [Fact]
    public void It_asks_for_what_comes_after_the_known_report()
    {
        var known = new ReloadReport { Instance = "a b&c", Revision = 7, Phase = ReloadPhase.Idle };

        new ReportExchange(Key, known, waitSeconds: 25).Target.ShouldBe("/v1/report?after=7&instance=a%20b%26c&wait=25");
    }

    [Fact]
    public void An_answer_to_another_request_is_not_believed()
    {
        var earlier = new ReportExchange(Key);

        Refusal(new ReportExchange(Key), 200, MacFor(earlier), Body).ShouldBe((true, "its answer was not made with the server's report key"));
    }

    [Fact]
    public void An_answer_with_another_key_without_a_mac_or_with_another_body_is_not_believed()
    {
        var exchange = new ReportExchange(Key);

        foreach (var mac in (string?[])[null, "", ReportAuthentication.MacOfAnswer(ReportKey.Create(), Header(exchange, "Nonce"), 200, Body)])
            Refusal(exchange, 200, mac, Body).IsDistrust.ShouldBeTrue();
        Refusal(exchange, 200, MacFor(exchange), [.. Body, (byte)' ']).IsDistrust.ShouldBeTrue();
    }

    [Fact]
    public void A_sidecar_that_does_not_know_the_key_is_told_from_one_that_has_none_yet()
    {
        Refusal(new ReportExchange(Key), 401, null, []).IsDistrust.ShouldBeTrue();
        Refusal(new ReportExchange(Key), 503, null, []).ShouldBe((false, "it answered with status 503"));
    }

    /// <summary>The key proves which server a pod is of, not that the pod is still its own.</summary>
    [Theory]
    [InlineData("\"saturated\":[null]")]
    [InlineData("\"pendingRestart\":[null]")]
    [InlineData("\"certificates\":[null]")]
    [InlineData("\"certificates\":[{\"service\":\"imaps\",\"port\":1,\"sha256\":\"a\",\"subject\":null,\"notAfter\":\"2026-12-01T00:00:00Z\"}]")]
    [InlineData("\"workers\":{\"draining\":2147483647}")]
    [InlineData("\"workers\":{\"stale\":-1}")]
    [InlineData("\"disconnected\":{\"told\":2147483647,\"terminated\":1}")]
    [InlineData("\"phaseSeconds\":{\"Checking\":1e999}")]
    [InlineData("\"phaseSeconds\":{\"no word\":1}")]
    [InlineData("\"reason\":\"no\\nword\"")]
    public void A_report_that_no_sidecar_would_make_is_none_whatever_its_key(string member) =>
        Should.Throw<JsonException>(() => Read($$"""{"version":1,"instance":"a","revision":7,"phase":"Healthy",{{member}}}"""));

    [Fact]
    public void An_instance_that_would_make_the_next_request_too_long_is_none() =>
        Should.Throw<JsonException>(static () => Read($$"""{"instance":"{{new string('a', 70_000)}}","revision":7,"phase":"Healthy"}"""));

    [Fact]
    public void A_message_is_cut_at_a_whole_character()
    {
        var report = Read($$"""{"instance":"a","revision":7,"phase":"Failed","reason":"CheckFailed","message":"{{new string('a', 2047)}}\ud83d\ude00b"}""");

        report.Message.ShouldBe(new string('a', 2047));
    }

    private static ReloadReport Read(string json)
    {
        var exchange = new ReportExchange(Key);
        var body = Encoding.UTF8.GetBytes(json);
        return exchange.Read(200, ReportAuthentication.MacOfAnswer(Key, Header(exchange, "Nonce"), 200, body), body);
    }

    private static (bool IsDistrust, string Message) Refusal(ReportExchange exchange, int status, string? mac, byte[] body)
    {
        var refusal = Should.Throw<ReportRefusedException>(() => exchange.Read(status, mac, body));
        return (refusal.IsDistrust, refusal.Message);
    }

    private static string MacFor(ReportExchange exchange) => ReportAuthentication.MacOfAnswer(Key, Header(exchange, "Nonce"), 200, Body);

    private static string Header(ReportExchange exchange, string name) =>
        exchange.Headers.Single(header => header.Key == "Cyrus-Report-" + name).Value;
}
