using Operator.Entities.Contract;
using Operator.Entities.Tls;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;
using Operator.Reloader.Proof;

namespace Operator.Reloader.Tests.Proof;

public sealed class MailDialogueTests
{
    [Theory]
    [InlineData(MailProtocol.Imap, Step.Greeting, "* OK [CAPABILITY IMAP4rev1] ready", Reply.Done)]
    [InlineData(MailProtocol.Imap, Step.Greeting, "* BYE too many", Reply.Refused)]
    [InlineData(MailProtocol.Imap, Step.StartTls, "* 1 EXISTS", Reply.More)]
    [InlineData(MailProtocol.Imap, Step.StartTls, "p1 OK Begin TLS negotiation now", Reply.Done)]
    [InlineData(MailProtocol.Imap, Step.StartTls, "p1 NO Starttls failed", Reply.Refused)]
    [InlineData(MailProtocol.Pop3, Step.Greeting, "+OK ready <1.2@cyrus.test>", Reply.Done)]
    [InlineData(MailProtocol.Pop3, Step.StartTls, "-ERR no", Reply.Refused)]
    [InlineData(MailProtocol.Lmtp, Step.Greeting, "220 cyrus.test LMTP", Reply.Done)]
    [InlineData(MailProtocol.Lmtp, Step.Hello, "250-STARTTLS", Reply.More)]
    [InlineData(MailProtocol.Lmtp, Step.Hello, "250 IGNOREQUOTA", Reply.Done)]
    [InlineData(MailProtocol.Lmtp, Step.StartTls, "220 2.0.0 Ready to start TLS", Reply.Done)]
    [InlineData(MailProtocol.Lmtp, Step.StartTls, "500 5.5.2 Syntax error", Reply.Refused)]
    [InlineData(MailProtocol.Lmtp, Step.Greeting, "421 4.4.1 bye", Reply.Refused)]
    [InlineData(MailProtocol.Http, Step.Greeting, "HTTP/1.1 200 OK", Reply.Done)]
    [InlineData(MailProtocol.Http, Step.Greeting, "HTTP/1.1 401 Unauthorized", Reply.Done)]
    [InlineData(MailProtocol.Http, Step.Greeting, "HTTP/1.1 503 Service Unavailable", Reply.Refused)]
    [InlineData(MailProtocol.Http, Step.Greeting, "* OK [CAPABILITY IMAP4rev1] ready", Reply.Refused)]
    [InlineData(MailProtocol.Http, Step.Greeting, "HTTP/1.1 ", Reply.Refused)]
    [InlineData(MailProtocol.Sieve, Step.Greeting, "\"IMPLEMENTATION\" \"Cyrus timsieved\"", Reply.More)]
    [InlineData(MailProtocol.Sieve, Step.Greeting, "OK \"ready\"", Reply.Done)]
    [InlineData(MailProtocol.Sieve, Step.StartTls, "OK \"Begin TLS negotiation now\"", Reply.Done)]
    [InlineData(MailProtocol.Sieve, Step.StartTls, "NO \"no\"", Reply.Refused)]
    public void Answer_is_read_by_the_rules_of_its_protocol(MailProtocol protocol, object step, string line, object reply) =>
        MailDialogue.Read(protocol, (Step)step, line).ShouldBe(reply);

    [Theory]
    [InlineData(MailProtocol.Imap, null, "p1 STARTTLS", "p2 LOGOUT")]
    [InlineData(MailProtocol.Pop3, null, "STLS", "QUIT")]
    [InlineData(MailProtocol.Lmtp, "LHLO proof.invalid", "STARTTLS", "QUIT")]
    [InlineData(MailProtocol.Sieve, null, "STARTTLS", "LOGOUT")]
    public void Commands_are_those_of_the_protocol(MailProtocol protocol, string? hello, string startTls, string goodbye)
    {
        MailDialogue.Command(protocol, Step.Greeting).ShouldBeNull();
        MailDialogue.Command(protocol, Step.Hello).ShouldBe(hello);
        MailDialogue.Command(protocol, Step.StartTls).ShouldBe(startTls);
        MailDialogue.Goodbye(protocol).ShouldBe(goodbye);
    }

    [Fact]
    public void Http_is_asked_first_and_closes_the_connection_after_its_answer()
    {
        var request = MailDialogue.Command(MailProtocol.Http, Step.Greeting).ShouldNotBeNull();

        request.ShouldStartWith("OPTIONS * HTTP/1.1\r\nHost: ");
        request.ShouldEndWith("Connection: close\r\n");
        MailDialogue.Command(MailProtocol.Http, Step.Hello).ShouldBeNull();
        MailDialogue.Goodbye(MailProtocol.Http).ShouldBeNull();
    }

    [Fact]
    public void Another_certificate_on_the_wire_is_named_in_the_failure()
    {
        var listener = new Listener("imaps", MailProtocol.Imap, 1993, TlsMode.Implicit);
        var served = new CertificateFacts("5e4e", "CN=old", DateTimeOffset.UnixEpoch, []);

        var failure = Should.Throw<ReloadFailure>(() => Prover.Judge(listener, served, new Sight([served with { Sha256 = "1234" }], Only: null)));

        failure.Reason.ShouldBe("ProofFailed");
        failure.Message.ShouldBe("Service imaps on port 1993 serves the certificate 5e4e, not 1234.");
        Prover.Judge(listener, served, new Sight([served], Only: null)).Sha256.ShouldBe("5e4e");
    }
}
