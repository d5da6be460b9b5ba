using System.Security.Cryptography;
using System.Text;

namespace Operator.Testing.Canaries;

/// <summary>A secret that was given to the system and may be in nothing that it writes.</summary>
/// <param name="name">By which a leak of it is told; the secret itself never is.</param>
/// <param name="parts">What is secret of it, each part by itself: a leak of one is enough.</param>
public sealed class Canary(string name, Func<IEnumerable<byte[]>> parts)
{
    private readonly Lazy<IReadOnlyList<Needle>> needles = new(() => [.. parts().SelectMany(Needle.Of).Distinct()]);

    /// <summary>By which a leak of it is told.</summary>
    public string Name => name;

    /// <summary>What to look for.</summary>
    internal IReadOnlyList<Needle> Needles => needles.Value;

    /// <summary>A password, or any other text.</summary>
    public static Canary OfText(string name, string text) => new(name, () => [Encoding.UTF8.GetBytes(text)]);

    /// <summary>
    /// A private key: the numbers of it that are not in the certificate, too, and the lines of the PEM that hold them, since a Secret as the API has it is that PEM in
    /// base64 once more.
    /// </summary>
    public static Canary OfKey(string name, string pem) => new(name, () => PartsOf(pem));

    private static IEnumerable<byte[]> PartsOf(string pem)
    {
        var (numbers, texts) = Read(pem);
        foreach (var number in numbers)
        {
            yield return number;
            yield return [.. Enumerable.Reverse(number)]; // as OpenSSL has it in memory, and so in a core file
            foreach (var text in texts)
                yield return Encoding.ASCII.GetBytes(LinesOf(text, number));
        }
    }

    /// <returns>The secret numbers, and the forms of PEM that hold them.</returns>
    private static (byte[][] Numbers, string[] Texts) Read(string pem)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            return ([key.ExportParameters(true).D!], [key.ExportPkcs8PrivateKeyPem(), key.ExportECPrivateKeyPem()]);
        }
        catch (CryptographicException)
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            var numbers = key.ExportParameters(true);
            return (
                [.. new[] { numbers.D!, numbers.P!, numbers.Q!, numbers.DP!, numbers.DQ!, numbers.InverseQ! }.Select(WithoutZeros)],
                [key.ExportPkcs8PrivateKeyPem(), key.ExportRSAPrivateKeyPem()]);
        }
    }

    // DER has no zeros before a number (X.690, 8.3.2); the numbers of .NET are as long as the modulus or half of it.
    private static byte[] WithoutZeros(byte[] number) => number.AsSpan().TrimStart((byte)0).ToArray();

    private static string LinesOf(string pem, byte[] number)
    {
        var body = string.Concat(pem.Split('\n').Where(static line => !line.StartsWith("-----", StringComparison.Ordinal)));
        var form = Base64Forms.Of(number).First(form => body.Contains(form, StringComparison.Ordinal));
        return InLines(body, body.IndexOf(form, StringComparison.Ordinal), form.Length);
    }

    // RFC 7468: 64 characters a line.
    private static string InLines(string body, int from, int length)
    {
        var lines = string.Join('\n', body.Chunk(64).Select(static line => new string(line)));
        return lines[(from + (from / 64))..(from + length + ((from + length) / 64))];
    }
}
