using System.Diagnostics.CodeAnalysis;
using System.Text;
using Operator.Kubernetes.Api;

namespace Operator.Admission.Certificates;

/// <summary>The webhook's certificate and the authority that signs it, as the Secret holds them: all PEM.</summary>
internal sealed record KeptCertificates
{
    private const string AuthoritiesKey = "ca.crt";
    private const string AuthorityKeyKey = "ca.key";

    /// <summary>What is served.</summary>
    public required string Leaf { get; init; }

    /// <summary>Its private key.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>The authorities to be trusted: first the one that signs, then those before it that are still valid.</summary>
    public required string Authorities { get; init; }

    /// <summary>The private key of the first authority. Those of the others are gone.</summary>
    public required string AuthorityKey { get; init; }

    /// <summary>What a Secret holds; null when there is none or a part is missing.</summary>
    public static KeptCertificates? From(V1Secret? secret)
    {
        var data = secret?.Data ?? new Dictionary<string, byte[]>();
        return Take(data, V1Secret.TlsCertificate, out var leaf)
            && Take(data, V1Secret.TlsPrivateKey, out var privateKey)
            && Take(data, AuthoritiesKey, out var authorities)
            && Take(data, AuthorityKeyKey, out var authorityKey)
                ? new KeptCertificates { Leaf = leaf, PrivateKey = privateKey, Authorities = authorities, AuthorityKey = authorityKey }
                : null;
    }

    /// <summary>The Secret's data.</summary>
    public IDictionary<string, byte[]> ToData() => new Dictionary<string, byte[]>(StringComparer.Ordinal)
    {
        [V1Secret.TlsCertificate] = Encoding.ASCII.GetBytes(Leaf),
        [V1Secret.TlsPrivateKey] = Encoding.ASCII.GetBytes(PrivateKey),
        [AuthoritiesKey] = Encoding.ASCII.GetBytes(Authorities),
        [AuthorityKeyKey] = Encoding.ASCII.GetBytes(AuthorityKey),
    };

    /// <summary>Says nothing: a record would print its keys.</summary>
    public override string ToString() => nameof(KeptCertificates);

    private static bool Take(IDictionary<string, byte[]> data, string key, [NotNullWhen(true)] out string? text)
    {
        text = data.TryGetValue(key, out var bytes) && bytes is { Length: > 0 } ? Encoding.UTF8.GetString(bytes) : null;
        return text is not null;
    }
}
