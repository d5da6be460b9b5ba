using Operator.Entities.Configuration;
using Operator.Entities.Tls;
using Operator.Testing.Mail;

namespace Operator.Tests.Entities;

public sealed class NamedFilesTests
{
    private const string Dh = "-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n";

    private static readonly string Chain = TestCertificate.Create(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)).ChainPem;

    private static readonly Dictionary<string, string> Files = new()
    {
        ["/chain"] = "a comment\n" + Chain,
        ["/dh"] = "-----BEGIN X-----\nAAAA\n-----END X-----\n" + Dh,
        ["/broken"] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ["/text"] = "root:x:0:0",
    };

    [Theory]
    [InlineData("tls_client_ca_file: /chain")]
    [InlineData("tls_server_dhparam: /dh")]
    [InlineData("tls_client_certs: off\ntls_client_ca_file: /gone")]
    [InlineData("tls_client_ca_dir: /gone")]
    [InlineData("tls_client_ca_file: /elsewhere/gone")]
    public void File_that_serves_its_purpose_or_none_passes(string conf) => Check(conf).ShouldBeNull();

    [Theory]
    [InlineData("a: 1\ntls_client_ca_file: /gone", "FileMissing", "imapd.conf line 2: tls_client_ca_file names /gone, which is not there or cannot be read")]
    [InlineData("imaps_tls_client_ca_file: /gone", "FileMissing", "imapd.conf line 1: imaps_tls_client_ca_file names /gone, which is not")]
    [InlineData("tls_client_certs: require\ntls_client_ca_file: /text", "FileInvalid", "imapd.conf line 2: tls_client_ca_file names /text, which holds no certificate in PEM form")]
    [InlineData("tls_client_ca_file: /broken", "FileInvalid", "imapd.conf line 1: tls_client_ca_file names /broken, which holds a certificate that cannot be parsed")]
    [InlineData("tls_crl_file: /chain", "FileInvalid", "imapd.conf line 1: tls_crl_file names /chain, which holds no revocation list in PEM form")]
    [InlineData("tls_server_dhparam: /chain", "FileInvalid", "imapd.conf line 1: tls_server_dhparam names /chain, which holds no DH parameters in PEM form")]
    public void File_that_the_server_would_do_without_is_refused(string conf, string reason, string message)
    {
        var problem = Check(conf).ShouldNotBeNull();

        problem.Reason.ShouldBe(reason);
        problem.Message.ShouldStartWith(message);
    }

    private static CertificateProblem? Check(string conf) => NamedFiles.Check(
        ImapdConf.Parse(conf),
        static option => $"imapd.conf line {option.Line}: {option.Key} names {option.Value}",
        static option => !option.Value.StartsWith("/elsewhere/", StringComparison.Ordinal),
        Files.GetValueOrDefault);
}
