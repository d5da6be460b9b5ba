using System.Text.Json;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Tests.Checks;

public sealed class ListenerRulesTests
{
    private const string Conf = "/run/imapd.conf";

    private static readonly Listener OnPort = new("lmtp", MailProtocol.Lmtp, 2003, TlsMode.None);
    private static readonly Listener OnSocket = new("lmtp", MailProtocol.Lmtp, 0, TlsMode.None) { Path = "/run/lmtp" };

    [Theory]
    [InlineData("2003")]
    [InlineData("localhost:2003")]
    [InlineData("[::1]:2003")]
    public void Port_may_have_a_host_before_it(string listen) => Check(listen, OnPort);

    [Fact]
    public void Socket_is_where_its_path_is() => Check("/run/lmtp", OnSocket);

    [Theory]
    [InlineData("/run/lmtp", false, "it must listen on port 2003.")]
    [InlineData("2004", false, "it must listen on port 2003.")]
    [InlineData("2003", true, "it must listen on socket /run/lmtp.")]
    [InlineData("/run/lmtp2", true, "it must listen on socket /run/lmtp.")]
    [InlineData("host:/run/lmtp", true, "it must listen on socket /run/lmtp.")]
    public void Listener_elsewhere_is_refused_with_its_line(string listen, bool isSocket, string what)
    {
        var failure = Should.Throw<ReloadFailure>(() => Check(listen, isSocket ? OnSocket : OnPort));

        failure.Reason.ShouldBe("ListenerMisplaced");
        failure.Message.ShouldBe("cyrus.conf line 2: service lmtp cannot be served: " + what);
    }

    public static TheoryData<Listener, string> Senseless => new()
    {
        { new Listener("lmtp", MailProtocol.Http, 2003, TlsMode.StartTls), "http has no startTls; use implicit or none" },
        { OnSocket with { Tls = TlsMode.StartTls }, "there is no TLS on a unix socket" },
        { OnSocket with { Path = "run/lmtp" }, "the path of its unix socket is not absolute, or longer than 107 bytes" },
        { OnSocket with { Path = "/" + new string('x', 107) }, "the path of its unix socket is not absolute, or longer than 107 bytes" },
    };

    [Theory]
    [MemberData(nameof(Senseless))]
    public void Listener_that_cannot_be_proved_is_refused(Listener listener, string what)
    {
        var failure = Should.Throw<ReloadFailure>(() => Check(listener.Path ?? "2003", listener));

        failure.Reason.ShouldBe("ListenersInvalid");
        failure.Message.ShouldBe($"listeners.json: service lmtp cannot be proved: {what}.");
    }

    [Fact]
    public void Socket_travels_as_json()
    {
        var json = JsonSerializer.Serialize([OnSocket], ContractJson.Default.IReadOnlyListListener);

        json.ShouldBe("""[{"service":"lmtp","protocol":"lmtp","port":0,"tls":"none","path":"/run/lmtp"}]""");
        JsonSerializer.Deserialize(json, ContractJson.Default.IReadOnlyListListener)!.ShouldBe([OnSocket]);
        JsonSerializer.Deserialize("""[{"service":"lmtp","protocol":"lmtp","path":"/run/lmtp"}]""", ContractJson.Default.IReadOnlyListListener)!.ShouldBe([OnSocket]);
    }

    private static void Check(string listen, Listener listener) =>
        ListenerRules.Check(CyrusConf.Parse($"SERVICES {{\n  lmtp cmd=\"lmtpd -C {Conf}\" listen=\"{listen}\"\n}}\n").Entries, [listener], Conf);
}
