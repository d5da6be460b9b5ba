using System.Net.Sockets;
using System.Text;
using Operator.Entities.Contract;
using Operator.Reloader.Reports;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reports;

/// <summary>The report port of two servers, and somebody who has the key of one of them or none.</summary>
public sealed class ReportPortAttackTests : IAsyncDisposable
{
    private const int Limit = 60_000;
    private const int MostWaiters = 32; // as ReportServer has it

    private readonly ManualTimeProvider time = new();
    private readonly RunningReportServer server;
    private readonly ReportKey another = ReportKey.Create();

    public ReportPortAttackTests() => server = new RunningReportServer(time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ReportKey Key => server.Key;

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    [InlineData("get")]
    [InlineData("PROPFIND")]
    public async Task Every_path_is_for_GET_only(string method)
    {
        foreach (var path in (string[])["/v1/report", "/healthz", "/readyz", "/metrics"])
            (await AskAsync($"{method} {path} HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n")).ShouldStartWith("HTTP/1.1 405 ");
    }

    [Theory]
    [InlineData("/v1/report/", 404)]
    [InlineData("/v1/report/../../etc/passwd", 404)]
    [InlineData("/v1/report%00", 404)]
    [InlineData("/v1/report;x", 404)]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd", 404)]
    [InlineData("//etc/cyrus-operator/bundle/report.key", 404)]
    [InlineData("/metrics/../report.key", 404)]
    [InlineData("/V1/REPORT", 404)]
    [InlineData("/healthz/.", 404)]
    [InlineData("http://127.0.0.1/v1/report", 400)]
    [InlineData("../report.key", 400)]
    [InlineData("*", 400)]
    public async Task A_path_is_a_word_and_never_a_file(string path, int status)
    {
        var answer = await AskAsync($"GET {path} HTTP/1.1\r\n\r\n");

        answer.ShouldStartWith($"HTTP/1.1 {status} ");
        answer.ShouldNotContain(Encoding.ASCII.GetString(Key.ToText()));
    }

    [Fact(Timeout = Limit)]
    public async Task Who_has_no_key_or_a_wrong_one_is_told_the_same_whatever_was_wrong()
    {
        var good = new ReportExchange(Key);
        var headers = good.Headers.ToDictionary();
        var (nonce, mac) = (headers["Cyrus-Report-Nonce"], headers["Cyrus-Report-Mac"]);
        string[] wrong =
        [
            "",
            Headers(nonce, "1", null),
            Headers(null, "1", mac),
            Headers(nonce, null, mac),
            Headers(nonce, "2", mac),
            Headers(nonce, "1", mac[..^1]),
            Headers(nonce, "1", mac + "A"),
            Headers("short", "1", ReportAuthentication.MacOfRequest(Key, "short", "1", good.Target)),
            Headers(nonce, "1", ReportAuthentication.MacOfRequest(another, nonce, "1", good.Target)),
            Headers(nonce, "1", ReportAuthentication.MacOfRequest(Key, nonce, "1", good.Target + "?wait=55")),
            Headers(nonce, "1", mac) + Headers(nonce, "1", mac),
        ];

        var answers = new List<string>();
        foreach (var one in wrong)
            answers.Add(await AskAsync($"GET {good.Target} HTTP/1.1\r\n{one}\r\n"));

        answers.Distinct().ShouldHaveSingleItem().ShouldStartWith("HTTP/1.1 401 ");
        (await AskAsync($"GET {good.Target} HTTP/1.1\r\n{Headers(nonce, "1", mac)}\r\n")).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_that_was_seen_is_good_for_no_other_path_or_wait_and_its_answer_for_no_other_request()
    {
        var seen = new ReportExchange(Key);
        var request = $"{string.Concat(seen.Headers.Select(static one => $"{one.Key}: {one.Value}\r\n"))}\r\n";

        (await AskAsync($"GET {seen.Target}?after=1&wait=55 HTTP/1.1\r\n{request}")).ShouldStartWith("HTTP/1.1 401 ");
        var replayed = await AskAsync($"GET {seen.Target} HTTP/1.1\r\n{request}");

        Read(seen, replayed).Revision.ShouldBe(1);
        Should.Throw<ReportRefusedException>(() => Read(new ReportExchange(Key), replayed)).IsDistrust.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Strangers_that_hold_every_place_neither_end_the_operators_long_poll_nor_keep_the_next_one_out()
    {
        var strangers = new List<Socket>();
        var waiting = await StartLongPollAsync(waitSeconds: 25);
        for (var count = 0; count < 3 * HttpServer.MostStrangers; count++)
        {
            strangers.Add(await RawHttp.ConnectAsync(server.Port, Stop));
            await RawHttp.SendAsync(strangers[^1], "GET /v1/report HTTP/1.1\r\nA: ", Stop);
        }

        using var next = new ReportReader(server.Port, Key);
        (await next.ReadAsync(known: null, Stop)).Revision.ShouldBe(1);
        server.Board.Update(static report => report with { Desired = "b" });

        (await waiting).Desired.ShouldBe("b");
        strangers.ForEach(static one => one.Dispose());
    }

    [Fact(Timeout = Limit)]
    public async Task One_more_long_poll_than_allowed_is_answered_at_once_and_the_others_wait_on()
    {
        var waiting = new List<Task<ReloadReport>>();
        for (var count = 0; count < MostWaiters; count++)
            waiting.Add(await StartLongPollAsync(waitSeconds: 10 + count));

        (await PollAsync(waitSeconds: 55)).Revision.ShouldBe(1);
        waiting.ShouldAllBe(static one => !one.IsCompleted);
        server.Board.Update(static report => report with { Desired = "b" });

        (await Task.WhenAll(waiting)).ShouldAllBe(static report => report.Desired == "b");
    }

    /// <summary>A long poll of the operator that waits; each needs a time of its own, by which it is seen to.</summary>
    private async Task<Task<ReloadReport>> StartLongPollAsync(int waitSeconds)
    {
        var answer = PollAsync(waitSeconds);
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(waitSeconds), TimeSpan.FromSeconds(waitSeconds), Stop);
        return answer;
    }

    private async Task<ReloadReport> PollAsync(int waitSeconds)
    {
        var exchange = new ReportExchange(Key, server.Board.Latest, waitSeconds);
        return Read(exchange, await AskAsync($"GET {exchange.Target} HTTP/1.1\r\n{string.Concat(exchange.Headers.Select(static one => $"{one.Key}: {one.Value}\r\n"))}\r\n"));
    }

    private static ReloadReport Read(ReportExchange exchange, string answer)
    {
        var (mac, body) = PartsOf(answer);
        return exchange.Read(200, mac, Encoding.ASCII.GetBytes(body));
    }

    private static (string Mac, string Body) PartsOf(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        const string Mac = "Cyrus-Report-Mac: ";
        return (answer[..end].Split("\r\n").Single(static line => line.StartsWith(Mac, StringComparison.Ordinal))[Mac.Length..], answer[(end + 4)..]);
    }

    private Task<string> AskAsync(string request) => RawHttp.AskAsync(server.Port, request, Stop);

    private static string Headers(string? nonce, string? version, string? mac) =>
        (nonce is null ? "" : $"Cyrus-Report-Nonce: {nonce}\r\n") + (version is null ? "" : $"Cyrus-Report-Version: {version}\r\n") + (mac is null ? "" : $"Cyrus-Report-Mac: {mac}\r\n");
}
