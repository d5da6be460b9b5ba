using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Operator.Entities.Contract;
using Operator.Entities.Tls;

namespace Operator.Servers.Rendering;

/// <summary>Whether the published certificates are about to expire. Pure: the time is given.</summary>
/// <param name="Warning">What to say, with a reason for a condition; null while there is nothing to worry about.</param>
/// <param name="NextChange">When the verdict will be another one if nothing is done; null when it will not.</param>
internal sealed record CertificateExpiry(InputProblem? Warning, DateTimeOffset? NextChange)
{
    /// <summary>No certificate is about to expire sooner than this before its end.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    private const int Fraction = 5; // of its lifetime; cert-manager renews at a third

    private sealed record Certificate(string File, CertificateFacts Facts)
    {
        public DateTimeOffset WarnAt { get; } = Facts.NotAfter - Min((Facts.NotAfter - Facts.NotBefore) / Fraction, Longest);

        private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    /// <summary>Looks at the certificates of a bundle.</summary>
    public static CertificateExpiry Of(Bundle? published, DateTimeOffset now)
    {
        var certificates = CertificatesOf(published).OrderBy(static one => one.Facts.NotAfter).ToList();
        DateTimeOffset[] changes = [.. certificates.SelectMany(static one => (DateTimeOffset[])[one.WarnAt, one.Facts.NotAfter]).Where(moment => moment > now).Order()];
        return new(certificates.Find(one => one.WarnAt <= now) is { } first ? Warn(first, now) : null, changes is [var next, ..] ? next : null);
    }

    private static InputProblem Warn(Certificate certificate, DateTimeOffset now)
    {
        var what = $"{certificate.File} ({certificate.Facts.Subject})";
        var end = $"{certificate.Facts.NotAfter:yyyy-MM-ddTHH:mm:ssZ}";
        return certificate.Facts.NotAfter <= now
            ? new("CertificateExpired", $"{what} expired at {end}")
            : new("CertificateExpiring", $"{what} expires at {end} and has not been renewed");
    }

    private static IEnumerable<Certificate> CertificatesOf(Bundle? bundle)
    {
        foreach (var (file, content) in bundle?.Files ?? new Dictionary<string, byte[]>())
        {
            if (IsChain(file) && LeafOf(content) is { } facts)
                yield return new(file, facts);
        }
    }

    private static bool IsChain(string file) =>
        file is BundleFiles.TlsCertificate or BundleFiles.AlternateCertificate
        || (BundleFiles.ServiceOf(file) is { } service && file == BundleFiles.CertificateOf(service));

    // What is published passed the check of certificates; what cannot be read all the same is not this question.
    private static CertificateFacts? LeafOf(byte[] content)
    {
        try
        {
            using var leaf = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(content));
            return CertificateCheck.Describe(leaf);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
