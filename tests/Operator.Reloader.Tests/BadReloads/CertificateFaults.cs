using Operator.Entities.Contract;
using Operator.Testing.Mail;
using static Operator.Reloader.Tests.BadReloads.Damage;

namespace Operator.Reloader.Tests.BadReloads;

/// <summary>Faults of certificates and keys.</summary>
internal static class CertificateFaults
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";

    // Made once: the files of a bundle are rendered more than once, and must be the same each time.
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly TestCertificate Rsa = TestCertificate.CreateRsa(Now, 2048);
    private static readonly TestCertificate Weak = TestCertificate.CreateRsa(Now, 1024);
    private static readonly TestCertificate Expired = TestCertificate.Create(Now, validFor: TimeSpan.FromMinutes(-1));
    private static readonly TestCertificate Future = TestCertificate.Create(Now.AddDays(7));
    private static readonly TestCertificate Temporary = TestCertificate.CreateTemporary(Now);

    private static readonly string EncryptedKey = Rsa.EncryptedKeyPem("secret");

    public static IReadOnlyList<BadReload> All { get; } =
    [
        new("the key of another certificate", File(BundleFiles.TlsKey, static context => context.Other.KeyPem), Alone.LosesAll, "tls.key"),
        new("a key of another kind", File(BundleFiles.TlsKey, static _ => Rsa.KeyPem), Alone.LosesAll, "tls.key"),
        new("no key", File(BundleFiles.TlsKey, static _ => null), Alone.LosesAll, "tls.key"),
        new("an empty key", File(BundleFiles.TlsKey, static _ => ""), Alone.LosesAll, "tls.key"),
        new("a key that is garbage", File(BundleFiles.TlsKey, static _ => "garbage\n"), Alone.LosesAll, "tls.key"),
        new("a key that is cut off", File(BundleFiles.TlsKey, static context => context.Certificate.KeyPem[..100]), Alone.LosesAll, "tls.key"),
        new("an encrypted key", File(BundleFiles.TlsKey, static _ => EncryptedKey), Alone.LosesAll, "tls.key"),
        new("a certificate in place of the key", File(BundleFiles.TlsKey, static context => context.Certificate.ChainPem), Alone.LosesAll, "tls.key"),
        new("no certificate", File(BundleFiles.TlsCertificate, static _ => null), Alone.LosesAll, "tls.crt"),
        new("an empty certificate", File(BundleFiles.TlsCertificate, static _ => ""), Alone.LosesAll, "tls.crt"),
        new("a certificate that is garbage", File(BundleFiles.TlsCertificate, static _ => "garbage\n"), Alone.LosesAll, "tls.crt"),
        new("a certificate that is cut off", File(BundleFiles.TlsCertificate, static context => context.Certificate.ChainPem[..200]), Alone.LosesAll, "tls.crt"),
        new("a certificate with a damaged middle", File(BundleFiles.TlsCertificate, static context => Scramble(context.Certificate.ChainPem)), Alone.LosesAll, "tls.crt"),
        new("a key in place of the certificate", File(BundleFiles.TlsCertificate, static context => context.Certificate.KeyPem), Alone.LosesAll, "tls.crt"),
        new("the authority before the leaf", File(BundleFiles.TlsCertificate, static context => Swap(context.Certificate.ChainPem)), Alone.LosesAll, "tls."),
        new("the certificate of another key", File(BundleFiles.TlsCertificate, static context => context.Other.ChainPem), Alone.LosesAll, "tls.key"),
        new("an RSA key of 1024 bits", static (files, _) => Put(files, Weak), Alone.LosesAll, "tls.crt: certificate 1", "1024"),
        new("an expired certificate", static (files, _) => Put(files, Expired), Alone.ServesOn, "tls.crt"),
        new("a certificate of the future", static (files, _) => Put(files, Future), Alone.ServesOn, "tls.crt"),
        new("a chain with a stranger in it", File(BundleFiles.TlsCertificate, static context => context.Certificate.ChainPem + context.Other.ChainPem), Alone.ServesOn, "tls.crt"),
        new("cert-manager's temporary certificate", static (files, _) => Put(files, Temporary), Alone.ServesOn, "tls.crt"),
        new("another good certificate", static (files, context) => Put(files, context.Other), Alone.ServesOn),
    ];

    private static void Put(Dictionary<string, byte[]> files, TestCertificate certificate)
    {
        files.Put(BundleFiles.TlsCertificate, certificate.ChainPem);
        files.Put(BundleFiles.TlsKey, certificate.KeyPem);
    }

    private static string Scramble(string pem) => pem[..120] + "!!" + pem[122..];

    private static string Swap(string chain)
    {
        var second = chain.LastIndexOf(Begin, StringComparison.Ordinal);
        return chain[second..] + chain[..second];
    }
}
