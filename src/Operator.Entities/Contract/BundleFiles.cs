namespace Operator.Entities.Contract;

/// <summary>The names of the files in a bundle and how two bundles share one Secret.</summary>
public static class BundleFiles
{
    /// <summary>The server's imapd.conf, with <see cref="GenerationToken"/> where the generation's own directory belongs.</summary>
    public const string ImapdConf = "imapd.conf";

    /// <summary>The master's cyrus.conf.</summary>
    public const string CyrusConf = "cyrus.conf";

    /// <summary>PEM certificate chain, leaf first. Absent on a server without TLS.</summary>
    public const string TlsCertificate = "tls.crt";

    /// <summary>PEM private key of the leaf.</summary>
    public const string TlsKey = "tls.key";

    /// <summary>A second chain, whose leaf has a key of another kind: RSA beside elliptic curve. Optional, with <see cref="AlternateKey"/>.</summary>
    public const string AlternateCertificate = "tls-alternate.crt";

    /// <summary>PEM private key of the second chain's leaf.</summary>
    public const string AlternateKey = "tls-alternate.key";

    /// <summary>The name that no service with a certificate of its own may have: <see cref="AlternateCertificate"/> would be its file.</summary>
    public const string ReservedService = "alternate";

    private const string ServicePrefix = "tls-", CertificateSuffix = ".crt", KeySuffix = ".key";

    /// <summary>A chain of a service's own, which it has instead of <see cref="TlsCertificate"/>; with <see cref="KeyOf"/>.</summary>
    /// <param name="service">The service's name in cyrus.conf.</param>
    public static string CertificateOf(string service) => ServicePrefix + service + CertificateSuffix;

    /// <summary>PEM private key of the leaf of a service's own chain.</summary>
    /// <param name="service">The service's name in cyrus.conf.</param>
    public static string KeyOf(string service) => ServicePrefix + service + KeySuffix;

    /// <summary>The service whose own chain or key a file is; null for any other file.</summary>
    /// <param name="file">The file's name.</param>
    public static string? ServiceOf(string file)
    {
        var suffix = file.EndsWith(CertificateSuffix, StringComparison.Ordinal) ? CertificateSuffix : KeySuffix;
        if (!file.StartsWith(ServicePrefix, StringComparison.Ordinal) || !file.EndsWith(suffix, StringComparison.Ordinal) || file.Length <= ServicePrefix.Length + suffix.Length)
            return null;
        var service = file[ServicePrefix.Length..^suffix.Length];
        return service == ReservedService ? null : service;
    }

    /// <summary>PEM authorities, as cert-manager writes them; optional.</summary>
    public const string CertificateAuthority = "ca.crt";

    /// <summary>JSON array of <see cref="Listener"/>: what must be served, and so proved.</summary>
    public const string Listeners = "listeners.json";

    /// <summary>JSON of <see cref="ReloadSettings"/>; beside the bundles and part of neither.</summary>
    public const string Settings = "settings.json";

    /// <summary>The server's <see cref="Contract.ReportKey"/> as text; beside the bundles and part of neither.</summary>
    public const string ReportKey = "report.key";

    /// <summary>
    /// Replaced in imapd.conf by the directory of the staged generation, so that a worker can only ever open the certificate of the
    /// generation whose imapd.conf it read.
    /// </summary>
    public const string GenerationToken = "{generation}";

    /// <summary>
    /// Added to <see cref="GenerationToken"/>, the directory in which workers of a generation look for <see cref="DeniedUsers"/>: normally a link to the
    /// configdirectory.
    /// </summary>
    public const string DeniedSuffix = ".deny";

    /// <summary>Cyrus' own list of denied users (cyr_deny(8)).</summary>
    public const string DeniedUsers = "user_deny.db";

    /// <summary>Key prefix of the bundle that shall be served.</summary>
    public const string CurrentPrefix = "current.";

    /// <summary>Key prefix of the last bundle that was proved on the wire.</summary>
    public const string LastGoodPrefix = "last-good.";

    /// <summary>Takes the bundle of one prefix out of the flat key space of a Secret or of the mounted directory.</summary>
    /// <param name="data">All keys.</param>
    /// <param name="prefix"><see cref="CurrentPrefix"/> or <see cref="LastGoodPrefix"/>.</param>
    /// <returns>The files by name; empty when there are none.</returns>
    public static SortedDictionary<string, byte[]> Take(IEnumerable<KeyValuePair<string, byte[]>> data, string prefix)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, content) in data)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                files.Add(key[prefix.Length..], content);
        }
        return files;
    }
}
