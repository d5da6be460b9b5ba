using Operator.Entities.Tls;
using Operator.Testing.Mail;

namespace Operator.Tests.Entities;

public sealed class CertificateCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestCertificate Good = TestCertificate.Create(Now);
    private static readonly TestCertificate Other = TestCertificate.Create(Now);

    [Fact]
    public void A_valid_pair_passes_and_tells_its_facts()
    {
        CertificateCheck.Check(Good.ChainPem, Good.KeyPem, new(Now), out var facts).ShouldBeNull();

        facts!.Sha256.ShouldBe(Good.LeafSha256);
        facts.Subject.ShouldBe("CN=mail.test");
        facts.DnsNames.ShouldBe(["mail.test"]);
        facts.NotAfter.ShouldBe(Now.AddDays(90));
    }

    public static TheoryData<string, string, string, int> Faults => new()
    {
        { "CertificateEmpty", "", Good.KeyPem, 0 },
        { "KeyEmpty", Good.ChainPem, " \n", 0 },
        { "CertificateInvalid", "no pem at all", Good.KeyPem, 0 },
        { "CertificateInvalid", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", Good.KeyPem, 0 },
        { "KeyInvalid", Good.ChainPem, "no pem at all", 0 },
        { "KeyInvalid", Good.ChainPem, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 0 },
        { "KeyMismatch", Good.ChainPem, Other.KeyPem, 0 },
        { "CertificateExpired", Good.ChainPem, Good.KeyPem, 90 },
        { "CertificateNotYetValid", Good.ChainPem, Good.KeyPem, -1 },
        { "ChainOutOfOrder", Good.ChainPem + Other.ChainPem, Good.KeyPem, 0 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named_and_no_key_material_is_told(string reason, string chain, string key, int days)
    {
        var problem = CertificateCheck.Check(chain, key, new(Now.AddDays(days)), out var facts);

        problem!.Reason.ShouldBe(reason);
        problem.Message.ShouldStartWith("tls.");
        problem.Message.ShouldNotContain("BEGIN");
        facts.ShouldBeNull();
    }

    [Fact]
    public void A_certificate_of_which_a_part_is_broken_or_unknown_is_refused_like_any_other()
    {
        foreach (var (file, reason) in ((string, string)[])[("broken-names.pem", "CertificateInvalid"), ("unknown-curve.pem", "KeyUnsupported")])
        {
            var pem = File.ReadAllText(Testing.Repository.PathOf("tests", "Fuzz", "corpus", "certificate", file));

            CertificateCheck.Check(pem, pem.Contains("PRIVATE", StringComparison.Ordinal) ? pem : Good.KeyPem, new(ValidAt: null), out _)!.Reason.ShouldBe(reason);
        }
    }

    [Fact]
    public void Age_is_not_judged_where_no_time_is_given()
    {
        var aged = TestCertificate.Create(Now.AddYears(-10));

        CertificateCheck.Check(aged.ChainPem, aged.KeyPem, new(ValidAt: null), out var facts).ShouldBeNull();

        facts!.Sha256.ShouldBe(aged.LeafSha256);
    }

    [Fact]
    public void Host_name_that_the_leaf_does_not_cover_is_named()
    {
        var demands = new CertificateDemands(Now) { DnsNames = ["mail.test", "imap.test"] };

        var problem = CertificateCheck.Check(Good.ChainPem, Good.KeyPem, demands, out var facts);

        problem!.Reason.ShouldBe("CertificateNameMismatch");
        problem.Message.ShouldBe("tls.crt does not cover the host name imap.test of spec.tls.dnsNames; it covers mail.test");
        facts.ShouldBeNull();
        CertificateCheck.Check(Good.ChainPem, Good.KeyPem, demands with { DnsNames = ["mail.test"] }, out _).ShouldBeNull();
    }

    [Fact]
    public void Cert_managers_temporary_certificate_is_waited_out()
    {
        var temporary = TestCertificate.CreateTemporary(Now);

        CertificateCheck.Check(temporary.ChainPem, temporary.KeyPem, new(Now), out _)!.Reason.ShouldBe("CertificateTemporary");
    }
}
