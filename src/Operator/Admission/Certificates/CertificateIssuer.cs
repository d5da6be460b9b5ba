using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Admission.Certificates;

/// <summary>Makes certificates: ECDSA on P-256, an authority for ten years, what it signs for 90 days. No I/O; the time is given.</summary>
internal static class CertificateIssuer
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280, 4.2.1.12
    private const string Name = "CN=cyrus-operator"; // a common name has 64 characters at most, so the DNS names are elsewhere
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(90);
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1); // clocks differ

    /// <summary>Carries a step out.</summary>
    /// <param name="step">What <see cref="RenewalRules"/> said of <paramref name="kept"/>.</param>
    /// <param name="kept">What there is; null only where everything is made anew.</param>
    /// <param name="names">DNS names of the leaf.</param>
    /// <param name="now">The time.</param>
    public static KeptCertificates Renew(Renewal step, KeptCertificates? kept, IReadOnlyList<string> names, DateTimeOffset now)
    {
        if (step == Renewal.Afresh || kept is null)
        {
            var (authority, key) = NewAuthority(now);
            return WithNewLeaf(new KeptCertificates { Leaf = "", PrivateKey = "", Authorities = authority, AuthorityKey = key }, names, now);
        }
        return step switch
        {
            Renewal.Authority => WithNewAuthority(kept, now),
            Renewal.Leaf => WithNewLeaf(kept, names, now),
            _ => kept,
        };
    }

    private static KeptCertificates WithNewAuthority(KeptCertificates kept, DateTimeOffset now)
    {
        var (authority, key) = NewAuthority(now);
        var old = RenewalRules.ReadAuthorities(kept.Authorities)
            .Where(one => !RenewalRules.HasEnded(one, now))
            .Select(static one => one.ExportCertificatePem() + "\n");
        return kept with { Authorities = authority + string.Concat(old), AuthorityKey = key };
    }

    private static KeptCertificates WithNewLeaf(KeptCertificates kept, IReadOnlyList<string> names, DateTimeOffset now)
    {
        using var authority = X509Certificate2.CreateFromPem(kept.Authorities, kept.AuthorityKey);
        using var key = NewKey();
        var request = new CertificateRequest(Name, key, HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternative.AddDnsName(name);
        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        // Nothing outlives what signed it.
        var from = Later(now - Skew, authority.NotBefore);
        var until = now + LeafLife < authority.NotAfter ? now + LeafLife : authority.NotAfter;
        using var leaf = request.Create(authority, from, until, NewSerial());
        return kept with { Leaf = leaf.ExportCertificatePem() + "\n", PrivateKey = key.ExportPkcs8PrivateKeyPem() + "\n" };
    }

    private static (string Certificate, string Key) NewAuthority(DateTimeOffset now)
    {
        using var key = NewKey();
        var request = new CertificateRequest(Name + "-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        // One authority and the next have the same name; this tells them apart.
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var authority = request.CreateSelfSigned(now - Skew, now + AuthorityLife);
        return (authority.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static byte[] NewSerial() => RandomNumberGenerator.GetBytes(16);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
