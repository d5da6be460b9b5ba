using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Admission.Certificates;

/// <summary>The next thing to be made anew.</summary>
internal enum Renewal
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The leaf, signed by the authority that there is.</summary>
    Leaf,

    /// <summary>The authority. The leaf stays, and so does the old authority beside the new one, until it ends.</summary>
    Authority,

    /// <summary>Everything: there is nothing that could be gone on with.</summary>
    Afresh,
}

/// <summary>
/// When certificates are renewed: at two thirds of their time. One step at a time, the authority first, so that a new authority is trusted everywhere
/// before anything that it signed is served. Pure: the time is given.
/// </summary>
internal static class RenewalRules
{
    /// <summary>Says what is to be done.</summary>
    /// <param name="kept">What the Secret holds; null for nothing of use.</param>
    /// <param name="names">The DNS names that the leaf must have.</param>
    /// <param name="now">The time.</param>
    public static Renewal Decide(KeptCertificates? kept, IReadOnlyList<string> names, DateTimeOffset now)
    {
        if (kept is null || ReadAuthorities(kept.Authorities) is not [var authority, ..] authorities)
            return Renewal.Afresh;
        using var leaf = ReadPair(kept.Leaf, kept.PrivateKey);
        using var signer = ReadPair(authority.ExportCertificatePem(), kept.AuthorityKey);
        if (signer is null || HasEnded(signer, now))
            return Renewal.Afresh;
        if (leaf is null || HasEnded(leaf, now) || !HasNames(leaf, names) || !IsSignedBy(leaf, authorities, now))
            return Renewal.Leaf;
        if (IsDue(signer, now))
            return Renewal.Authority;
        return IsDue(leaf, now) ? Renewal.Leaf : Renewal.None;
    }

    /// <summary>The certificates of a bundle; empty when it cannot be read.</summary>
    public static X509Certificate2Collection ReadAuthorities(string pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            authorities.Clear();
        }
        return authorities;
    }

    /// <summary>Whether a certificate is of no more use.</summary>
    public static bool HasEnded(X509Certificate2 certificate, DateTimeOffset now) => certificate.NotAfter <= now.LocalDateTime;

    // A clock that is behind the one of the replica that made the certificate is no reason to make another.
    private static bool IsDue(X509Certificate2 certificate, DateTimeOffset now) =>
        now.LocalDateTime >= certificate.NotBefore + ((certificate.NotAfter - certificate.NotBefore) * 2 / 3);

    /// <summary>The certificate with its key; null when one cannot be read or they do not belong together.</summary>
    private static X509Certificate2? ReadPair(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static bool HasNames(X509Certificate2 leaf, IEnumerable<string> names)
    {
        var presented = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static one => one.EnumerateDnsNames()).ToHashSet();
        return names.All(presented.Contains);
    }

    private static bool IsSignedBy(X509Certificate2 leaf, X509Certificate2Collection authorities, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime > leaf.NotBefore ? now.LocalDateTime : leaf.NotBefore;
        return chain.Build(leaf);
    }
}
