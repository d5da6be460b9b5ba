using System.Text;
using Operator.Entities.Contract;

namespace Operator.Entities.Tests.Contract;

public sealed class ReportAuthenticationTests
{
    // Bytes 0 to 31 and 0 to 15. The MACs were computed with Python's hmac module from the encoding that docs/adr/0014 describes.
    private const string Nonce = "AAECAwQFBgcICQoLDA0ODw";
    private const string Target = "/v1/report?after=1&instance=a&wait=5";
    private const string RequestMac = "MOyFfgHe837WbeTA6bwiJ9UEnYkUPGW44Fhcwd2R9_E";
    private const string AnswerMac = "KxsbyvRVIyhSkQEFaawyQE_yObelWwOmdQmzLqqG9nk";

    private static readonly ReportKey Key = ReportKey.Parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"u8)!;

    [Fact]
    public void The_macs_are_those_of_the_described_encoding()
    {
        ReportAuthentication.MacOfRequest(Key, Nonce, "1", Target).ShouldBe(RequestMac);
        ReportAuthentication.MacOfAnswer(Key, Nonce, 200, "{}"u8).ShouldBe(AnswerMac);
        ReportAuthentication.IsAllowed(Key, Nonce, "1", Target, RequestMac).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, "1", Target, RequestMac)]
    [InlineData("", "1", Target, RequestMac)]
    [InlineData(Nonce, null, Target, RequestMac)]
    [InlineData(Nonce, "2", Target, RequestMac)]
    [InlineData(Nonce, "1", "/v1/report?after=1&instance=a&wait=55", RequestMac)]
    [InlineData("AAECAwQFBgcICQoLDA0OEA", "1", Target, RequestMac)]
    [InlineData(Nonce, "1", Target, null)]
    [InlineData(Nonce, "1", Target, "")]
    [InlineData(Nonce, "1", Target, AnswerMac)]
    [InlineData(Nonce, "1", Target, RequestMac + "A")]
    public void A_request_with_another_field_is_not_allowed(string? nonce, string? version, string target, string? mac) =>
        ReportAuthentication.IsAllowed(Key, nonce, version, target, mac).ShouldBeFalse();

    [Fact]
    public void A_nonce_that_is_short_or_none_is_not_allowed_whatever_its_mac()
    {
        foreach (var nonce in (string[])["AAECAwQFBgcICQoLDA0O", "not base64url at all!!"])
            ReportAuthentication.IsAllowed(Key, nonce, "1", Target, ReportAuthentication.MacOfRequest(Key, nonce, "1", Target)).ShouldBeFalse(nonce);
    }

    [Fact]
    public void Bytes_that_move_from_one_field_to_the_next_give_another_mac() =>
        ReportAuthentication.MacOfRequest(Key, Nonce + "/", "1", "v1").ShouldNotBe(ReportAuthentication.MacOfRequest(Key, Nonce, "1", "/v1"));

    [Fact]
    public void Each_key_is_another_and_survives_its_text_form()
    {
        var one = ReportKey.Create();

        one.ToText().ShouldNotBe(ReportKey.Create().ToText());
        ReportKey.Parse([.. one.ToText(), (byte)'\n'])!.ToText().ShouldBe(one.ToText());
        one.ToString().ShouldNotContain(Encoding.ASCII.GetString(one.ToText()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAECAwQFBgcICQoLDA0ODw")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+")]
    public void What_is_no_key_is_read_as_none(string text) => ReportKey.Parse(Encoding.ASCII.GetBytes(text)).ShouldBeNull();
}
