using System.Net;
using System.Net.Sockets;
using System.Text;
using Operator.Reloader.Reports;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reports;

/// <summary>Clients that are slow, many or mad.</summary>
public sealed class HttpServerTests : IAsyncLifetime
{
    private const int LargeBody = 64 << 20; // more than the kernel takes from one end to the other

    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stop = new();
    private readonly ManualTimeProvider time = new();
    private readonly TaskCompletionSource hold = new();
    private readonly int port = FreePort.Next();
    private Task server = Task.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        server = new HttpServer(AnswerAsync, time).RunAsync("*", port, stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await server;
        stop.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Both_ip_versions_are_answered(string address)
    {
        using var client = await ConnectAsync(IPAddress.Parse(address));

        (await AskAsync(client, "GET /now HTTP/1.1\r\n\r\n")).ShouldBe(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n/now /");
    }

    [Fact]
    public async Task A_client_that_does_not_finish_its_header_keeps_nobody_waiting_and_is_left()
    {
        using var slow = await ConnectAsync();
        await SendAsync(slow, "GET /slow HT");
        await time.WaitForTimerAsync(HeadLimit, HeadLimit, Stop);

        await AskNowAsync();
        time.Advance(HeadLimit);

        (await ReadAsync(slow)).ShouldBe("");
    }

    [Fact]
    public async Task A_header_of_a_megabyte_is_refused_before_it_is_read()
    {
        using var client = await ConnectAsync();

        var sent = SendAsync(client, "GET /now HTTP/1.1\r\nA: " + new string('a', 1024 * 1024) + "\r\n\r\n");

        (await ReadAsync(client)).ShouldBeOneOf("", "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: 25\r\nCache-Control: no-store\r\nConnection: close\r\n\r\nThe request is too long.\n");
        await Task.WhenAny(sent); // how much of it the kernel kept is the kernel's business
        await AskNowAsync();
    }

    [Fact]
    public async Task With_too_many_strangers_the_oldest_goes_and_a_known_client_stays()
    {
        using var known = await ConnectAsync();
        var answer = AskAsync(known, "GET /known HTTP/1.1\r\n\r\n");
        await time.WaitForTimerAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(1), Stop); // it is answered from here on
        var strangers = new List<Socket>();
        for (var count = 0; count <= HttpServer.MostStrangers; count++)
            strangers.Add(await ConnectAsync());

        (await ReadAsync(strangers[0])).ShouldBe("");
        (await AskAsync(strangers[^1], "GET /now HTTP/1.1\r\n\r\n")).ShouldEndWith("/now /");
        hold.SetResult();
        (await answer).ShouldEndWith("/known ");
        strangers.ForEach(static stranger => stranger.Dispose());
    }

    [Fact]
    public async Task What_is_no_request_is_refused()
    {
        using var client = await ConnectAsync();

        (await AskAsync(client, "\x16\x03\x01 a client of TLS\r\n\r\n")).ShouldStartWith("HTTP/1.1 400 Bad Request\r\n");
    }

    [Fact]
    public async Task A_client_that_sends_its_header_byte_by_byte_gets_no_more_time_for_each()
    {
        using var slow = await ConnectAsync();
        await time.WaitForTimerAsync(HeadLimit, HeadLimit, Stop);
        foreach (var letter in "GET ")
        {
            await SendAsync(slow, letter.ToString());
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await AskNowAsync();
        time.Advance(TimeSpan.FromSeconds(1));

        (await ReadAsync(slow)).ShouldBe("");
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answer_keeps_nobody_waiting_and_is_left()
    {
        using var slow = await ConnectAsync(receiveBuffer: 4096);
        await SendAsync(slow, "GET /large HTTP/1.1\r\n\r\n");
        await time.WaitForTimerAsync(WriteLimit, WriteLimit, Stop);

        await AskNowAsync();
        time.Advance(WriteLimit);

        (await ReadAsync(slow)).Length.ShouldBeLessThan(LargeBody);
    }

    [Theory]
    [InlineData("GET /", "")]
    [InlineData("GET /now?", "")]
    [InlineData("", " /now HTTP/1.1\r\n\r\n")]
    [InlineData("GET /now HTTP/1.1\r\n", ": x\r\n\r\n")]
    public async Task What_does_not_fit_into_the_header_is_refused_wherever_it_is_long(string before, string after)
    {
        using var client = await ConnectAsync();

        (await AskAsync(client, before + new string('a', 8192 - before.Length) + after)).ShouldStartWith("HTTP/1.1 431 ");
    }

    [Fact]
    public async Task A_body_is_never_read()
    {
        using var client = await ConnectAsync();

        (await AskAsync(client, "GET /now HTTP/1.1\r\nContent-Length: 1073741824\r\nExpect: 100-continue\r\n\r\n")).ShouldEndWith("/now /");
    }

    [Fact]
    public async Task A_second_request_on_the_same_connection_is_not_answered()
    {
        using var client = await ConnectAsync();

        var answer = await AskAsync(client, "GET /now HTTP/1.1\r\n\r\nGET /later HTTP/1.1\r\n\r\n");

        answer.ShouldNotContain("/later");
    }

    private async Task<HttpAnswer> AnswerAsync(HttpConnection connection, CancellationToken token)
    {
        if (connection.Request.Path == "/large")
            return new HttpAnswer(200, "text/plain; charset=utf-8", new byte[LargeBody]);
        if (connection.Request.Path != "/known")
            return new HttpAnswer(200, "text/plain; charset=utf-8", Encoding.ASCII.GetBytes(connection.Request.Path + " /"));
        connection.Keep();
        await Task.WhenAny(hold.Task, Task.Delay(TimeSpan.FromHours(1), time, token));
        return new HttpAnswer(200, "text/plain; charset=utf-8", Encoding.ASCII.GetBytes(connection.Request.Path + " "));
    }

    private async Task AskNowAsync()
    {
        using var client = await ConnectAsync();
        (await AskAsync(client, "GET /now HTTP/1.1\r\n\r\n")).ShouldEndWith("/now /");
    }

    private Task<Socket> ConnectAsync(IPAddress? address = null, int? receiveBuffer = null) => RawHttp.ConnectAsync(port, Stop, address, receiveBuffer);

    private static Task<string> AskAsync(Socket client, string request) => RawHttp.AskAsync(client, request, Stop);

    private static Task SendAsync(Socket client, string text) => RawHttp.SendAsync(client, text, Stop);

    private static Task<string> ReadAsync(Socket client) => RawHttp.ReadAsync(client, Stop);
}
