namespace Operator.Entities.Tls;

/// <summary>What is asked of a certificate.</summary>
/// <param name="ValidAt">The time at which it must be valid; null where its age is not the question.</param>
public sealed record CertificateDemands(DateTimeOffset? ValidAt)
{
    /// <summary>Only that the pair can be read and belongs together.</summary>
    public static CertificateDemands None { get; } = new(ValidAt: null) { Level = 0 };

    /// <summary>Host names that the leaf must cover; none where they are not the question.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <summary>OpenSSL's security level in the server, as far as it is known here (<see cref="SecurityLevel"/>).</summary>
    public int Level { get; init; } = SecurityLevel.Default;
}
