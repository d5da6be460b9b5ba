using System.Text;
using Operator.Testing;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>
/// Does to the API what cert-manager does when it issues for one Certificate: the same objects, fields, annotations and field manager
/// (cert-manager pkg/controller/certificates/issuing/internal/secret.go:UpdateData, internal/controller/certificates/secrets.go:AnnotationsForCertificate).
/// </summary>
internal sealed class CertManager(MailServer server, string secret)
{
    private const string FieldManager = "cert-manager-certificates-issuing";
    private const string Issuer = "test-issuer";

    /// <summary>Lets the API server know kind Certificate.</summary>
    public static Task InstallAsync(CancellationToken cancellationToken) => Kubectl.RunAsync(
        null, cancellationToken, "apply", "-f", Repository.PathOf("tests/Operator.Tests/Servers/Children/Crds/certificates.yaml"));

    /// <summary>
    /// What <c>cert-manager.io/issue-temporary-certificate</c> makes it write first: without the issuer's annotations, and without ca.crt.
    /// </summary>
    public Task WriteTemporaryAsync(TestCertificate temporary, CancellationToken cancellationToken) => ApplyAsync(
        temporary, "", ["cert-manager.io/common-name: \"\"", "cert-manager.io/subject-serialnumber: \"1234567890\""], cancellationToken);

    /// <summary>An issued certificate, with the key that was made for it.</summary>
    public Task IssueAsync(TestCertificate issued, CancellationToken cancellationToken) => ApplyAsync(
        issued,
        $"\n  ca.crt: {Base64(issued.AuthorityPem)}",
        [
            "cert-manager.io/common-name: mail.test",
            "cert-manager.io/issuer-group: cert-manager.io",
            "cert-manager.io/issuer-kind: Issuer",
            $"cert-manager.io/issuer-name: {Issuer}",
        ],
        cancellationToken);

    /// <summary>A renewal that its issuer refused: only the Certificate's status says so, and the Secret is left alone.</summary>
    public async Task FailAsync(CancellationToken cancellationToken)
    {
        const string Patch = """
            {"status":{"lastFailureTime":"2026-11-25T00:00:00Z","failedIssuanceAttempts":1,"conditions":[
            {"type":"Issuing","status":"False","reason":"Failed","message":"The certificate request has failed to complete and will be retried: no","lastTransitionTime":"2026-11-25T00:00:00Z"},
            {"type":"Ready","status":"True","reason":"Ready","message":"Certificate is up to date and has not expired","lastTransitionTime":"2026-11-25T00:00:00Z"}]}}
            """;
        await Kubectl.RunAsync(
            null, cancellationToken, "patch", "certificate", MailServer.Name, "-n", server.Namespace, "--type=merge", "-p", Patch);
    }

    private Task<string> ApplyAsync(TestCertificate certificate, string authority, IEnumerable<string> annotations, CancellationToken cancellationToken)
    {
        var manifest = $"""
            apiVersion: v1
            kind: Secret
            type: kubernetes.io/tls
            metadata:
              name: {secret}
              namespace: {server.Namespace}
              labels:
                controller.cert-manager.io/fao: "true"
              annotations:
                cert-manager.io/alt-names: mail.test
                cert-manager.io/certificate-name: {MailServer.Name}
                cert-manager.io/ip-sans: ""
                cert-manager.io/uri-sans: ""
                {string.Join("\n    ", annotations)}
            data:
              tls.crt: {Base64(certificate.ChainPem)}
              tls.key: {Base64(certificate.KeyPem)}{authority}
            """;
        return Kubectl.RunAsync(
            manifest, cancellationToken, "apply", "--server-side", "--force-conflicts", "--field-manager", FieldManager, "-f", "-");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
