using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>A chain whose keys and signatures are given one by one, as weak as they come.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="ChainPem">Leaf first.</param>
/// <param name="KeyPem">The leaf's key.</param>
internal sealed record WeakCertificate(string Name, string ChainPem, string KeyPem)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly HashAlgorithmName Sha256 = HashAlgorithmName.SHA256;
    private static readonly HashAlgorithmName Sha1 = HashAlgorithmName.SHA1;

    public static IReadOnlyList<WeakCertificate> All { get; } =
    [
        .. new[] { 912, 928, 1024, 1536, 1960, 1968, 2048, 3072 }.Select(static bits => Make($"RSA {bits}", Rsa(bits))),
        .. new[] { "nistP192", "secp224r1", "nistP256", "nistP384", "nistP521", "secp256k1", "brainpoolP256r1" }.Select(static name => Make(name, Curve(name))),
        Make("leaf signed with SHA-1 by RSA", Rsa(2048), leafHash: Sha1),
        Make("leaf signed with MD5 by RSA", Rsa(2048), leafHash: HashAlgorithmName.MD5),
        Make("leaf signed with SHA-1 by ECDSA", Rsa(2048), leafHash: Sha1, middle: Curve("nistP256")),
        Make("leaf signed with SHA-384", Rsa(2048), leafHash: HashAlgorithmName.SHA384),
        Make("intermediate signed with SHA-1", Rsa(2048), middleHash: Sha1),
        Make("root signed with SHA-1 by itself", Rsa(2048), rootHash: Sha1),
        Make("intermediate with RSA 1024", Rsa(2048), middle: Rsa(1024)),
        Make("root with RSA 1024", Rsa(2048), root: Rsa(1024)),
        Make("intermediate with P-192", Rsa(2048), middle: Curve("nistP192")),
        Make("intermediate with P-224", Rsa(2048), middle: Curve("secp224r1")),
        Alone("self-signed with SHA-1", Rsa(2048), Sha1),
        Alone("self-signed with RSA 1024", Rsa(1024), Sha256),
    ];

    public override string ToString() => Name;

    private static RSA Rsa(int bits) => RSA.Create(bits);

    private static ECDsa Curve(string name) => ECDsa.Create(ECCurve.CreateFromFriendlyName(name));

    private static WeakCertificate Alone(string name, AsymmetricAlgorithm key, HashAlgorithmName hash) =>
        new(name, Issue("mail.test", key, "mail.test", key, hash), key.ExportPkcs8PrivateKeyPem());

    private static WeakCertificate Make(
        string name,
        AsymmetricAlgorithm leaf,
        HashAlgorithmName? leafHash = null,
        AsymmetricAlgorithm? middle = null,
        HashAlgorithmName? middleHash = null,
        AsymmetricAlgorithm? root = null,
        HashAlgorithmName? rootHash = null)
    {
        middle ??= Rsa(2048);
        root ??= Rsa(2048);
        string[] chain =
        [
            Issue("mail.test", leaf, "middle", middle, leafHash ?? Sha256),
            Issue("middle", middle, "root", root, middleHash ?? Sha256),
            Issue("root", root, "root", root, rootHash ?? Sha256),
        ];
        return new(name, string.Concat(chain), leaf.ExportPkcs8PrivateKeyPem());
    }

    private static string Issue(string subject, AsymmetricAlgorithm key, string issuer, AsymmetricAlgorithm issuerKey, HashAlgorithmName hash)
    {
        var name = new X500DistinguishedName("CN=" + subject);
        var request = key is RSA rsa
            ? new CertificateRequest(name, rsa, Sha256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, Sha256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(subject is "middle" or "root", false, 0, true));
        var serial = RandomNumberGenerator.GetBytes(16);
        using var certificate = request.Create(new X500DistinguishedName("CN=" + issuer), new Signer(issuerKey, hash), Now.AddHours(-1), Now.AddDays(1), serial);
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>Signs with what .NET's own generators refuse.</summary>
    private sealed class Signer(AsymmetricAlgorithm key, HashAlgorithmName hash) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => (key is RSA, hash.Name) switch
        {
            (true, "MD5") => Convert.FromHexString("300d06092a864886f70d0101040500"),
            (true, "SHA1") => Convert.FromHexString("300d06092a864886f70d0101050500"),
            (true, "SHA384") => Convert.FromHexString("300d06092a864886f70d01010c0500"),
            (true, _) => Convert.FromHexString("300d06092a864886f70d01010b0500"),
            (false, "SHA1") => Convert.FromHexString("300906072a8648ce3d0401"),
            _ => Convert.FromHexString("300a06082a8648ce3d040302"),
        };

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key is RSA rsa
            ? rsa.SignData(data, hash, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
