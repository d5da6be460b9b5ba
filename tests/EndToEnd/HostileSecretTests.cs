using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Testing.Canaries;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>
/// Secrets that are not what they should be, of every kind that a CyrusServer can name: it is told which object, key and line is wrong. What they hold is told nowhere: each is
/// a canary, for which everything is searched when the server goes (<see cref="MailServer.DisposeAsync"/>), and once more at the end of the run.
/// </summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class HostileSecretTests
{
    private const string Texts = "imapdConfFrom: [{secretKeyRef: {name: mail-texts, key: secret.conf} }]";

    private readonly TestCertificate other = TestCertificate.Create(TimeProvider.System.GetUtcNow());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_or_certificate_that_is_none_is_told_by_its_place()
    {
        await using var server = await MailServer.StartAsync("hostile-tls", Stop);
        var (chain, key) = (server.Certificate.ChainPem, server.Certificate.KeyPem);

        await ExpectAsync(server, chain, NewCanary("a text for a key"), "KeyInvalid", "tls.key holds no unencrypted PEM private key");
        await ExpectAsync(server, chain, NewPem("PRIVATE KEY"), "KeyInvalid", "tls.key cannot be parsed as a private key");
        await ExpectAsync(server, chain, other.KeyPem, "KeyMismatch", "tls.key does not belong to the certificate in tls.crt");
        await ExpectAsync(server, NewCanary("a text for a certificate"), key, "CertificateInvalid", "tls.crt holds no PEM certificate");
        await ExpectAsync(server, NewPem("CERTIFICATE"), key, "CertificateInvalid", "tls.crt holds a certificate that cannot be parsed");
        await ExpectAsync(server, key, chain, "CertificateInvalid", "tls.crt holds no PEM certificate"); // each in the other's place

        // In the places of further certificates, too.
        await WriteAsync(server, "mail-tls", chain, key);
        await WriteAsync(server, "mail-other", other.ChainPem, NewPem("PRIVATE KEY"));
        await server.ApplyAsync(Stop, tls: "{secretName: mail-tls, alternateSecretName: mail-other}");
        await ExpectAsync(server, "KeyInvalid", $"Secret {server.Namespace}/mail-other (spec.tls.alternateSecretName): tls.key");
        await server.ApplyAsync(Stop, tls: "{secretName: mail-tls, serviceCertificates: [{service: imaps, secretName: mail-other}]}");
        await ExpectAsync(server, "KeyInvalid", $"Secret {server.Namespace}/mail-other (spec.tls.serviceCertificates[0]): tls.key");

        // A key behind the chain, as some programs want it, does no harm, and a key of the Secret that nobody asked for is left alone.
        await server.ApplyAsync(Stop);
        await WriteAsync(server, "mail-tls", other.ChainPem + other.KeyPem, other.KeyPem, ("password", NewCanary("an entry that nobody asked for")));
        await server.WaitAsync(MailServer.Serves(other), Stop);
    }

    [Fact]
    public async Task A_text_of_imapd_conf_is_told_by_its_line_whoever_refuses_it()
    {
        await using var server = await MailServer.StartAsync("hostile-text", Stop);
        var secret = $"Secret {server.Namespace}/mail-texts key secret.conf";
        var password = $"ldap_password: {NewCanary("a password in imapd.conf")}\n";

        await WriteTextAsync(server, password);
        await server.ApplyAsync(Stop, more: Texts);
        await server.WaitAsync(MailServer.IsHealthy, Stop);
        await WriteTextAsync(server, $"{password}timeout: {NewCanary("a value for a number")}\n");
        await ExpectAsync(server, "ImapdConfInvalid", $"{secret} line 2, column 10: timeout expects a duration");
        await WriteTextAsync(server, $"{password}{NewCanary("a line without an option")} and more\n");
        await ExpectAsync(server, "ImapdConfInvalid", $"{secret} line 2, column ");
        await WriteTextAsync(server, $"{password}admins: {NewCanary("an option that is given twice")}\n");
        await ExpectAsync(server, "ImapdConfInvalid", $"{secret} line 2, column 1: option 'admins' is given twice");
        // What nobody but Cyrus knows to be wrong.
        await WriteTextAsync(server, $"{password}tls_ciphers: {NewCanary("a value that Cyrus refuses")}\n");
        await server.WaitAsync(static one => one.Status?.Rejected is { Reason: "PreflightFailed" } && one.Status.TargetDigest == one.Status.HealthyDigest, Stop);
        await WriteTextAsync(server, password);
        await server.WaitAsync(MailServer.IsHealthy, Stop);
    }

    private static string NewCanary(string what) => KnownCanaries.Text(what, "Basilisk" + Guid.NewGuid().ToString("N"));

    private static string NewPem(string label) => $"-----BEGIN {label}-----\n{NewCanary($"what is no {label} in PEM")}\n-----END {label}-----\n";

    private static async Task ExpectAsync(MailServer server, string chain, string key, string reason, string words)
    {
        await WriteAsync(server, "mail-tls", chain, key);
        await ExpectAsync(server, reason, $"Secret {server.Namespace}/mail-tls: {words}");
    }

    private static Task<CyrusServer> ExpectAsync(MailServer server, string reason, string words) => server.WaitAsync(
        one => Conditions.Find(one.Status?.Conditions, "Degraded") is { Status: "True" } degraded
            && degraded.Reason == reason && degraded.Message!.Contains(words, StringComparison.Ordinal),
        Stop);

    private static Task<string> WriteAsync(MailServer server, string name, string chain, string key, params (string Name, string Text)[] more) =>
        WriteAsync(server, name, "kubernetes.io/tls", [("tls.crt", chain), ("tls.key", key), .. more]);

    private static Task<string> WriteTextAsync(MailServer server, string text) => WriteAsync(server, "mail-texts", "Opaque", [("secret.conf", text)]);

    private static Task<string> WriteAsync(MailServer server, string name, string type, IEnumerable<(string Name, string Text)> entries) => Kubectl.ApplyAsync(
        new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["type"] = type,
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = server.Namespace },
            ["stringData"] = new JsonObject(entries.Select(static entry => new KeyValuePair<string, JsonNode?>(entry.Name, entry.Text))),
        }.ToJsonString(),
        Stop);
}
