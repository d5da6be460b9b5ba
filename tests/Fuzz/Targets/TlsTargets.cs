using System.Security.Cryptography;
using System.Text;
using Fuzz.Engine;
using Operator.Entities.Configuration;
using Operator.Entities.Tls;
using Operator.Kubernetes.Client;

namespace Fuzz.Targets;

/// <summary>Certificates and keys, as PEM and as the DER within.</summary>
internal static class TlsTargets
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImapdConf NamesFiles = ImapdConf.Parse("tls_client_ca_file: a\ntls_crl_file: b\nimap_tls_server_dhparam: c\n");

    private static readonly string[] Words =
    [
        "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", "-----BEGIN EC PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "-----BEGIN X509 CRL-----\n", "-----BEGIN DH PARAMETERS-----\nMA==\n-----END DH PARAMETERS-----\n", "-----", "MAA=", "=",
    ];

    /// <summary>The targets.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("certificate", CertificateHolds) { Words = Words, Mutate = MutateDer, Iterations = 5000 },
        new("named-files", NamedFilesHold) { Words = Words, Mutate = MutateDer, Iterations = 10000 },
        new("client-certificate", ClientCertificateHolds) { Words = Words, Mutate = MutateDer, Iterations = 4000, Documented = [typeof(KubernetesConfigException)] },
    ];

    private static void CertificateHolds(byte[] input)
    {
        var text = ConfigurationTargets.TextOf(input);
        foreach (var demands in (CertificateDemands[])[CertificateDemands.None, new(Now), new(Now) { DnsNames = ["mail.test", "*.example.org"] }])
        {
            var problem = CertificateCheck.Check(text, text, demands, out var facts);
            InvariantException.Unless(problem is null == facts is not null, "neither a problem nor a certificate, or both");
            ShouldTellNoKey(text, problem?.Message);
            InvariantException.Unless(facts is null || facts.Sha256.Length == 64, "the fingerprint is none");
        }
    }

    private static void NamedFilesHold(byte[] input)
    {
        var text = ConfigurationTargets.TextOf(input);
        ShouldTellNoKey(text, NamedFiles.Check(NamesFiles, static option => option.Key, static _ => true, _ => text)?.Message);
    }

    private static void ClientCertificateHolds(byte[] input)
    {
        var text = ConfigurationTargets.TextOf(input);
        try
        {
            ClientCertificates.Create(text, text, "origin");
        }
        catch (KubernetesConfigException error)
        {
            ShouldTellNoKey(text, error.Message);
            throw;
        }
    }

    private static void ShouldTellNoKey(string text, string? message)
    {
        if (message is null)
            return;
        Canary.ShouldNotBeIn(message);
        foreach (var line in text.Split('\n').Where(static line => line.Length >= 32 && !line.Contains(' ', StringComparison.Ordinal)))
            InvariantException.Unless(!message.Contains(line, StringComparison.Ordinal), "a line of the file is in the message");
    }

    /// <summary>Breaks the DER within the base64, which would hide it from every other mutation.</summary>
    private static byte[] MutateDer(byte[] input, Random random)
    {
        var text = ConfigurationTargets.TextOf(input);
        var blocks = new List<(Range Location, string Label, byte[] Content)>();
        for (var at = 0; PemEncoding.TryFind(text.AsSpan(at), out var found);)
        {
            var (start, end) = (at + found.Location.Start.Value, at + found.Location.End.Value);
            var base64 = text[at..][found.Base64Data];
            blocks.Add((start..end, text[at..][found.Label], Convert.FromBase64String(base64)));
            at = end;
        }
        if (blocks.Count == 0)
            return input;
        var block = blocks[random.Next(blocks.Count)];
        var changed = PemEncoding.WriteString(block.Label, Break(block.Content, random));
        return Encoding.UTF8.GetBytes(text[..block.Location.Start] + changed + text[block.Location.End..]);
    }

    private static byte[] Break(byte[] der, Random random)
    {
        var copy = (byte[])der.Clone();
        for (var steps = random.Next(1, 4); steps > 0 && copy.Length > 0; steps--)
        {
            var at = random.Next(copy.Length);
            switch (random.Next(4))
            {
                case 0:
                    copy[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    copy[at] = (byte)random.Next(256);
                    break;
                case 2:
                    copy = [.. copy[..at], .. copy[Math.Min(copy.Length, at + random.Next(1, 9))..]];
                    break;
                default:
                    copy = [.. copy[..at], .. copy[at..Math.Min(copy.Length, at + random.Next(1, 33))], .. copy[at..]];
                    break;
            }
        }
        return copy;
    }
}
