using System.Net.Sockets;
using System.Text;
using Operator.Entities.Configuration;
using Operator.Reloader.Generations;
using Operator.Reloader.Logging;
using Operator.Reloader.Syslog;

namespace Operator.Reloader.Tests.Syslog;

public sealed class SyslogLineTests
{
    private const string Good =
        """{"time":"2026-11-23T20:00:00.000001Z","level":"err","service":"imaps","pid":7,"ident":"cyrus/imaps","facility":"mail","message":"no"}""";

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 20, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Line_of_the_relay_is_read()
    {
        SyslogLine.TryParse(Encoding.UTF8.GetBytes(Good), out var line).ShouldBeTrue();

        line.ShouldBe(new SyslogLine(Start.AddMicroseconds(1), "err", "imaps", 7, "no"));
        line.IsError.ShouldBeTrue();
        (line with { Level = "warning" }).IsError.ShouldBeFalse();
    }

    [Fact]
    public void Message_to_the_sidecar_tells_its_number_too()
    {
        var text = Good.Replace("}", ""","origin":123456789012345,"number":3,"unsent":1,"lostInAll":9}""", StringComparison.Ordinal);

        SyslogLine.TryParse(Encoding.UTF8.GetBytes(text), out var line).ShouldBeTrue();

        line.Count.ShouldBe(new SyslogCount(123456789012345, 3, 1, 9));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""{"time":"yesterday","level":"err","service":"imaps","pid":7,"message":"no"}""")]
    [InlineData("""{"time":"2026-11-23T20:00:00Z","level":"err","service":"imaps","pid":"7","message":"no"}""")]
    [InlineData("""{"time":"2026-11-23T20:00:00Z","level":"err","service":"imaps","pid":99999999999,"message":"no"}""")]
    [InlineData("""{"time":"2026-11-23T20:00:00Z","level":"err","service":["imaps"],"pid":7,"message":"no"}""")]
    [InlineData("""{"time":"2026-11-23T20:00:00Z","level":"err","service":"imaps","pid":7,"message":"\ud800"}""")]
    [InlineData("""{"time":"2026-11-23T20:00:00Z","level":"err","service":"imaps","pid":7,"message":"no","number":"3"}""")]
    [InlineData("""{"time":"2026-11-23T20:00:00Z","level":"err","service":"imaps","pid":7,"message":"no","number":3}""")]
    [InlineData("true")]
    [InlineData("null")]
    public void Anything_else_is_passed_over(string text) => SyslogLine.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void Cause_is_the_last_error_of_a_service_and_never_a_missing_privilege()
    {
        SyslogReceiver.Cause([Error("imaps", "first"), Error("imaps", "second"), Error("master", "process died"), Error("pop3", "cannot set caps: no")])!
            .Message.ShouldBe("second");
        SyslogReceiver.Cause([Error("master", "process died"), Error("imaps", "slow") with { Level = "warning" }])!.Message.ShouldBe("process died");
        SyslogReceiver.Cause([Error("pop3", "cannot set caps: no"), Error("pop3", "cannot set keepcaps flag: no")]).ShouldBeNull();
    }

    [Fact]
    public void Cause_may_be_what_the_master_says_in_passing_and_never_what_others_do()
    {
        SyslogReceiver.Cause([Error("master", "invalid proto 'x', disabling imap") with { Level = "info" }])!.Message.ShouldStartWith("invalid proto");
        SyslogReceiver.Cause([Error("imaps", "login: alice") with { Level = "info" }]).ShouldBeNull();
        SyslogReceiver.Cause([Error("master", "too many failures") with { Level = "warning" }]).ShouldBeNull();
    }

    [Fact]
    public async Task Receiver_remembers_the_newest_lines_and_passes_over_garbage()
    {
        using var directory = new TemporaryDirectory();
        var path = directory["syslog"];
        using var receiver = SyslogReceiver.Start(path, new JsonLog(Stream.Null, TimeProvider.System));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var stop = TestContext.Current.CancellationToken;

        await socket.SendToAsync("garbage"u8.ToArray(), SocketFlags.None, new UnixDomainSocketEndPoint(path), stop);
        for (var number = 1; number <= SyslogReceiver.Capacity + 1; number++)
        {
            var line = Good.Replace("\"pid\":7", $"\"pid\":{number}", StringComparison.Ordinal);
            await socket.SendToAsync(Encoding.UTF8.GetBytes(line), SocketFlags.None, new UnixDomainSocketEndPoint(path), stop);
        }
        for (var turn = 0; turn < 500 && receiver.Since(Start) is not [.., { Pid: SyslogReceiver.Capacity + 1 }]; turn++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stop);

        receiver.Since(Start).Select(static line => line.Pid).ShouldBe(Enumerable.Range(2, SyslogReceiver.Capacity));
        receiver.Since(Start.AddSeconds(1)).ShouldBeEmpty();
        var explained = receiver.Explain(new ReloadFailure("ProofFailed", "Nobody answers.") { IsTransient = true }, Start, SecretValues.Of(""));
        (explained.Reason, explained.Message, explained.IsTransient).ShouldBe(("ProofFailed", "Nobody answers. Cyrus' last error: imaps: no", true));
    }

    [Fact]
    public async Task What_Cyrus_quotes_of_a_Secret_is_hidden_in_the_explanation()
    {
        using var directory = new TemporaryDirectory();
        using var receiver = SyslogReceiver.Start(directory["syslog"], new JsonLog(Stream.Null, TimeProvider.System));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var stop = TestContext.Current.CancellationToken;
        var line = Good.Replace("\"message\":\"no\"", "\"message\":\"cannot log in as letmein99\"", StringComparison.Ordinal);

        await socket.SendToAsync(Encoding.UTF8.GetBytes(line), SocketFlags.None, new UnixDomainSocketEndPoint(directory["syslog"]), stop);
        for (var turn = 0; turn < 500 && receiver.Since(Start).Count == 0; turn++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, stop);

        receiver.Explain(new ReloadFailure("ProofFailed", "Nobody answers."), Start, SecretValues.Of("# From Secret mail-sql key text.\nsql_passwd: letmein99\n"))
            .Message.ShouldBe("Nobody answers. Cyrus' last error: imaps: cannot log in as ...");
    }

    [Theory]
    [InlineData("9223372036854775807", "0", "0")]
    [InlineData("1", "9223372036854775807", "0")]
    [InlineData("1", "0", "9223372036854775807")]
    [InlineData("-1", "0", "0")]
    [InlineData("1", "-9223372036854775808", "0")]
    public void Counts_that_no_process_can_have_are_no_line(string number, string unsent, string lost)
    {
        var line = $"{Good[..^1]},\"origin\":1,\"number\":{number},\"unsent\":{unsent},\"lostInAll\":{lost}}}";

        SyslogLine.TryParse(Encoding.UTF8.GetBytes(line), out _).ShouldBeFalse();
    }

    private static SyslogLine Error(string service, string message) => new(Start, "err", service, 7, message);
}
