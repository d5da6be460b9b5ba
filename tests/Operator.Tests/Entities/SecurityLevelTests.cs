using Operator.Entities.Configuration;
using Operator.Entities.Tls;
using Operator.Testing.Mail;

namespace Operator.Tests.Entities;

public sealed class SecurityLevelTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestCertificate Small = TestCertificate.CreateRsa(Now, 1024);

    [Theory]
    [InlineData("", 2)]
    [InlineData("tls_ciphers: HIGH\n", 2)]
    [InlineData("tls_ciphers: DEFAULT:@SECLEVEL=1\n", 1)]
    [InlineData("tls_ciphers: DEFAULT@SECLEVEL=0\n", 0)]
    [InlineData("tls_ciphers: @SECLEVEL=0:HIGH:@SECLEVEL=1\n", 1)]
    [InlineData("tls_ciphers: DEFAULT@SECLEVEL=4\n", 2)]
    [InlineData("tls_cipher_list: DEFAULT@SECLEVEL=1\n", 1)]
    [InlineData("imaps_tls_ciphers: DEFAULT@SECLEVEL=0\n", 0)]
    [InlineData("tls_ciphers: DEFAULT@SECLEVEL=1\nimaps_tls_ciphers: HIGH\n", 1)]
    [InlineData("servername: tls_ciphers@SECLEVEL=0\n", 2)]
    public void Level_is_the_lowest_that_the_configuration_gives_to_a_service(string conf, int level) =>
        SecurityLevel.Of(ImapdConf.Parse(conf)).ShouldBe(level);

    [Theory]
    [InlineData(2, "KeyTooSmall")]
    [InlineData(1, null)]
    [InlineData(0, null)]
    public void Small_key_is_refused_where_the_server_refuses_it(int level, string? reason)
    {
        var problem = CertificateCheck.Check(Small.ChainPem, Small.KeyPem, new CertificateDemands(Now) { Level = level }, out _);

        problem?.Reason.ShouldBe(reason);
        (problem is null).ShouldBe(reason is null);
    }

    [Fact]
    public void Message_names_the_certificate_and_the_bits() =>
        CertificateCheck.Check(Small.ChainPem, Small.KeyPem, new(Now), out _)!.Message.ShouldBe(
            "tls.crt: certificate 1 has a key (RSA) of 1024 bits; the server refuses fewer than 1963 (OpenSSL security level 2)");
}
