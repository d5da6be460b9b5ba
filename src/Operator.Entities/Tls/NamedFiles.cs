using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Operator.Entities.Configuration;

namespace Operator.Entities.Tls;

/// <summary>
/// The files that options of imapd.conf name for TLS besides certificate and key. A server that cannot use one serves on without it: a client CA
/// that is lost turns <c>tls_client_certs: require</c> into no check at all (imap/tls.c:tls_init_serverengine, 3.6 to 3.12). Pure.
/// </summary>
public static class NamedFiles
{
    private const string ClientAuthority = "tls_client_ca_file";
    private const string ClientCertificates = "tls_client_certs";

    private static readonly (string Option, string[] Labels, string What)[] Kinds =
    [
        (ClientAuthority, ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"], "certificate"),
        ("tls_crl_file", ["X509 CRL"], "revocation list"),
        ("tls_server_dhparam", ["DH PARAMETERS", "X9.42 DH PARAMETERS"], "DH parameters"),
    ];

    private static readonly string[] Off = ["off", "no", "0", "f", "false"]; // lib/libconfig.c: what stands for the first value of an enum

    /// <summary>The first file that is missing or holds something else, or null.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="title">How the message begins: place and option, as in "imapd.conf line 3: tls_client_ca_file names /etc/ca.pem".</param>
    /// <param name="concerns">Whether the file of an option can be looked at here.</param>
    /// <param name="read">The text of the file at a path; null when it cannot be read.</param>
    public static CertificateProblem? Check(
        ImapdConf options, Func<ImapdOption, string> title, Func<ImapdOption, bool> concerns, Func<string, string?> read)
    {
        var asksNobody = options.Options.Any(static option => option.Key == ClientCertificates && Off.Contains(option.Value));
        foreach (var option in options.Options.Where(concerns))
        {
            var kind = Array.Find(Kinds, kind => option.Key == kind.Option || option.Key.EndsWith("_" + kind.Option, StringComparison.Ordinal));
            if (kind.Option is null || (kind.Option == ClientAuthority && asksNobody))
                continue;
            var where = title(option) + ", which";
            if (read(option.Value) is not { } text)
                return new("FileMissing", $"{where} is not there or cannot be read");
            if (!HasLabel(text, kind.Labels))
                return new("FileInvalid", $"{where} holds no {kind.What} in PEM form");
            if (kind.Option == ClientAuthority && !AreCertificates(text))
                return new("FileInvalid", $"{where} holds a certificate that cannot be parsed");
        }
        return null;
    }

    private static bool HasLabel(ReadOnlySpan<char> text, string[] labels)
    {
        while (PemEncoding.TryFind(text, out var found))
        {
            if (labels.Contains(text[found.Label].ToString()))
                return true;
            text = text[found.Location.End..];
        }
        return false;
    }

    private static bool AreCertificates(string text)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(text);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var certificate in found)
                certificate.Dispose();
        }
    }
}
