using System.Text;
using Operator.Servers.Rendering;
using Operator.Testing.Mail;

namespace Operator.Tests.Servers;

public sealed class CertificateExpiryTests
{
    private static readonly TestCertificate Quarter = TestCertificate.Create(Make.Now); // valid for 90 days
    private static readonly TestCertificate Week = TestCertificate.Create(Make.Now, "week.test", TimeSpan.FromDays(7).Subtract(TimeSpan.FromHours(1)));
    private static readonly DateTimeOffset QuarterEnd = Make.Now.AddDays(90), WeekEnd = Make.Now.AddDays(7).AddHours(-1);

    [Fact]
    public void Long_lived_one_is_warned_of_14_days_before_its_end()
    {
        var warnAt = QuarterEnd.AddDays(-14);

        CertificateExpiry.Of(With(Quarter), Make.Now).ShouldBe(new(null, warnAt));
        CertificateExpiry.Of(With(Quarter), warnAt.AddTicks(-1)).ShouldBe(new(null, warnAt));
        CertificateExpiry.Of(With(Quarter), warnAt).ShouldBe(
            new(new("CertificateExpiring", "tls.crt (CN=mail.test) expires at 2027-02-21T12:00:00Z and has not been renewed"), QuarterEnd));
        CertificateExpiry.Of(With(Quarter), QuarterEnd).ShouldBe(new(new("CertificateExpired", "tls.crt (CN=mail.test) expired at 2027-02-21T12:00:00Z"), null));
    }

    [Fact]
    public void Short_lived_one_is_warned_of_a_fifth_of_its_lifetime_before_its_end() =>
        CertificateExpiry.Of(With(Week), Make.Now).NextChange.ShouldBe(WeekEnd - (TimeSpan.FromDays(7) / 5));

    [Fact]
    public void Of_several_the_first_that_ends_is_named_and_the_next_change_is_that_of_any()
    {
        var bundle = With(Quarter, ("tls-imaps.crt", Week), ("tls-imaps.key", Week), ("ca.crt", Week));
        var late = WeekEnd.AddHours(-1);

        CertificateExpiry.Of(bundle, late).Warning!.Message.ShouldStartWith("tls-imaps.crt (CN=week.test) expires at ");
        CertificateExpiry.Of(bundle, late).NextChange.ShouldBe(WeekEnd);
        CertificateExpiry.Of(bundle, WeekEnd).NextChange.ShouldBe(QuarterEnd.AddDays(-14));
        CertificateExpiry.Of(With(Quarter, ("tls-alternate.crt", Week)), late).Warning!.Message.ShouldStartWith("tls-alternate.crt ");
    }

    [Fact]
    public void Without_certificates_there_is_nothing_to_say()
    {
        CertificateExpiry.Of(null, Make.Now).ShouldBe(new(null, null));
        CertificateExpiry.Of(new Bundle(new Dictionary<string, byte[]> { ["tls.crt"] = "garbage"u8.ToArray() }), Make.Now).ShouldBe(new(null, null));
    }

    private static Bundle With(TestCertificate first, params (string File, TestCertificate Certificate)[] more)
    {
        var files = new Dictionary<string, byte[]> { ["tls.crt"] = Encoding.ASCII.GetBytes(first.ChainPem), ["tls.key"] = [1], ["imapd.conf"] = [2] };
        foreach (var (file, certificate) in more)
            files[file] = Encoding.ASCII.GetBytes(certificate.ChainPem);
        return new Bundle(files);
    }
}
