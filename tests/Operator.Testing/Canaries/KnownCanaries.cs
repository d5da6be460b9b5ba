using System.Collections.Concurrent;
using Operator.Testing.Mail;

namespace Operator.Testing.Canaries;

/// <summary>
/// The secrets of this process: each is noted when it is made, and so before the system has it. Whatever the system writes is searched for all of them.
/// </summary>
public static class KnownCanaries
{
    private static readonly ConcurrentDictionary<string, Canary> Known = new(
        [new("a private key", Canary.OfText("a private key in PEM, whose ever it is", "PRIVATE KEY-----"))], StringComparer.Ordinal);

    private static CanarySearch? search;
    private static int searched;

    /// <summary>Notes a text.</summary>
    /// <returns>The text.</returns>
    public static string Text(string name, string text)
    {
        Known.TryAdd(text, Canary.OfText(name, text));
        return text;
    }

    /// <summary>Notes the key of a certificate.</summary>
    public static void KeyOf(TestCertificate certificate) =>
        Known.TryAdd(certificate.KeyPem, Canary.OfKey($"the key of the certificate {certificate.LeafSha256[..12]}", certificate.KeyPem));

    /// <summary>The search for all that is known by now.</summary>
    public static CanarySearch Search()
    {
        lock (Known)
        {
            if (search is null || searched != Known.Count)
            {
                searched = Known.Count;
                search = new CanarySearch(Known.Values);
            }
            return search;
        }
    }
}
