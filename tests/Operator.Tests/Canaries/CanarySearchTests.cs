using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Operator.Testing.Canaries;
using Operator.Testing.Mail;

namespace Operator.Tests.Canaries;

public sealed class CanarySearchTests
{
    private const string Password = "Fledermaus7Kirschbaum2Laterne";

    private static readonly TestCertificate Elliptic = TestCertificate.Create(TimeProvider.System.GetUtcNow());
    private static readonly TestCertificate Rsa = TestCertificate.CreateRsa(TimeProvider.System.GetUtcNow(), 2048);

    private static readonly CanarySearch Search = new(
        [Canary.OfText("password", Password), Canary.OfKey("elliptic key", Elliptic.KeyPem), Canary.OfKey("RSA key", Rsa.KeyPem)]);

    /// <summary>How a password may get out.</summary>
    public static TheoryData<string, string> Passwords => new()
    {
        { "as it is", $"ldap_password: {Password}\n" },
        { "a part that a message was cut to", Password[..24] },
        { "the end that is left of it", Password[^20..] },
        { "over two lines", Password[..10] + "\n    " + Password[10..] },
        { "JSON in JSON", Json(Json(Password[..10] + "\n" + Password[10..])) },
        { "base64", Base64(Password) },
        { "base64 of more", Base64($"ldap_password: {Password}\n") },
        { "base64 that begins one byte later", Base64($"p: {Password}") },
        { "base64 that begins two bytes later", Base64($"pw: {Password}") },
        { "base64 of base64", Base64(Base64($"pw: {Password}")) },
        { "base64url", Base64($"??>>{Password}").Replace('+', '-').Replace('/', '_') },
        { "hexadecimal", Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Password)) },
        { "hexadecimal as openssl writes it", string.Join(':', Encoding.ASCII.GetBytes(Password).Select(static octet => octet.ToString("X2"))) },
    };

    /// <summary>How a key may get out.</summary>
    public static TheoryData<string, Func<string, byte[], string>> Keys => new()
    {
        { "PEM", static (pem, _) => pem },
        { "PEM in JSON", static (pem, _) => Json(pem) },
        { "PEM in JSON in JSON", static (pem, _) => Json(Json(pem)) },
        { "PEM with the line ends of Windows", static (pem, _) => pem.ReplaceLineEndings("\r\n") },
        { "PEM with indented lines", static (pem, _) => pem.ReplaceLineEndings("\n        ") },
        { "PEM as the data of a Secret", static (pem, _) => Base64(pem) },
        { "PEM in hexadecimal", static (pem, _) => Convert.ToHexString(Encoding.ASCII.GetBytes(pem)) },
        { "DER in base64 of one line", static (_, der) => Convert.ToBase64String(der) },
        { "DER in base64 of other lines", static (_, der) => Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks) },
        { "DER in hexadecimal", static (_, der) => Convert.ToHexString(der) },
        { "DER", static (_, der) => Encoding.Latin1.GetString(der) },
        { "memory of OpenSSL", static (_, der) => Encoding.Latin1.GetString([.. Enumerable.Reverse(der)]) },
    };

    [Theory]
    [MemberData(nameof(Passwords))]
    public void Password_is_found(string how, string text) =>
        Names(text).ShouldBe(["password"], how);

    [Theory]
    [MemberData(nameof(Keys))]
    public void Keys_are_found(string how, Func<string, byte[], string> write)
    {
        using var elliptic = ECDsa.Create();
        elliptic.ImportFromPem(Elliptic.KeyPem);
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Rsa.KeyPem);

        Names(write(Elliptic.KeyPem, elliptic.ExportPkcs8PrivateKey())).ShouldBe(["elliptic key"], how);
        Names(write(elliptic.ExportECPrivateKeyPem(), elliptic.ExportECPrivateKey())).ShouldBe(["elliptic key"], how);
        Names(write(Rsa.KeyPem, rsa.ExportPkcs8PrivateKey())).ShouldBe(["RSA key"], how);
        Names(write(rsa.ExportRSAPrivateKeyPem(), rsa.ExportRSAPrivateKey())).ShouldBe(["RSA key"], how);
    }

    [Fact]
    public void Any_line_of_the_key_that_is_quoted_is_found()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Rsa.KeyPem);
        var secret = Convert.ToBase64String(rsa.ExportPkcs8PrivateKey())[400..^20]; // from behind the public numbers on
        var lines = secret.Chunk(64).Select(static line => new string(line)).Where(static line => line.Length == 64).ToList();

        lines.Count.ShouldBeGreaterThan(15);
        lines.ShouldAllBe(line => Names(line).SequenceEqual(new[] { "RSA key" }));
    }

    [Fact]
    public void What_everybody_may_know_is_not_taken_for_a_secret()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(Rsa.KeyPem);

        string[] open =
        [
            Elliptic.ChainPem, Rsa.ChainPem, Base64(Elliptic.ChainPem), Json(Rsa.ChainPem), rsa.ExportSubjectPublicKeyInfoPem(),
            Elliptic.LeafSha256, TestCertificate.Create(TimeProvider.System.GetUtcNow()).KeyPem, Password[..12], "", "\\", "\\u00", @"\\\\n\u00zz",
        ];

        open.ShouldAllBe(text => Names(text).Length == 0);
    }

    [Fact]
    public void A_leak_names_the_secret_and_the_place_and_never_the_secret()
    {
        var leaks = Search.In("ConfigMap post/oops", $"x: {Password} {Elliptic.KeyPem}");

        new LeakException(leaks).Message.ShouldBe(
            """
            Secrets in what the system wrote:
              elliptic key, as it is, in ConfigMap post/oops
              password, as it is, in ConfigMap post/oops
            """);
    }

    [Fact]
    public void Every_key_and_text_of_the_process_is_looked_for()
    {
        var made = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        var text = KnownCanaries.Text("a text of this test", "Wolkenkuckucksheim-" + Guid.NewGuid());

        KnownCanaries.Search().In("log", made.KeyPem).Select(static leak => leak.Canary)
            .ShouldBe(["a private key in PEM, whose ever it is", $"the key of the certificate {made.LeafSha256[..12]}"], ignoreOrder: true);
        KnownCanaries.Search().In("log", text).Select(static leak => leak.Canary).Distinct().ShouldBe(["a text of this test"]);
    }

    [Fact]
    public void A_secret_that_may_occur_by_chance_is_refused() =>
        Should.Throw<ArgumentException>(() => new CanarySearch([Canary.OfText("short", "secret")]));

    private static string[] Names(string text) =>
        [.. Search.In("here", Encoding.Latin1.GetBytes(text)).Select(static leak => leak.Canary).Distinct()];

    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
