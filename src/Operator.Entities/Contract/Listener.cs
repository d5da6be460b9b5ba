using System.Text.Json.Serialization;

namespace Operator.Entities.Contract;

/// <summary>A mail protocol that a listener speaks.</summary>
[JsonConverter(typeof(WordConverter<MailProtocol>))]
public enum MailProtocol
{
    /// <summary>RFC 9051 / RFC 3501, served by imapd.</summary>
    [JsonStringEnumMemberName("imap")] Imap,

    /// <summary>RFC 1939, served by pop3d.</summary>
    [JsonStringEnumMemberName("pop3")] Pop3,

    /// <summary>RFC 2033, served by lmtpd.</summary>
    [JsonStringEnumMemberName("lmtp")] Lmtp,

    /// <summary>RFC 5804 (ManageSieve), served by timsieved.</summary>
    [JsonStringEnumMemberName("sieve")] Sieve,

    /// <summary>RFC 9110 (CalDAV, CardDAV, WebDAV, JMAP), served by httpd: without TLS, or with TLS from the first byte.</summary>
    [JsonStringEnumMemberName("http")] Http,
}

/// <summary>How a listener starts TLS.</summary>
[JsonConverter(typeof(WordConverter<TlsMode>))]
public enum TlsMode
{
    /// <summary>It does not.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>On the client's command (STARTTLS, STLS).</summary>
    [JsonStringEnumMemberName("startTls")] StartTls,

    /// <summary>From the first byte (imaps, pop3s, https).</summary>
    [JsonStringEnumMemberName("implicit")] Implicit,
}

/// <summary>One thing a server listens on: what clients see, and what the sidecar proves after a reload.</summary>
/// <param name="Service">The service's name in cyrus.conf.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Port">TCP port, on all addresses of the pod; 0 when it listens on <see cref="Path"/>.</param>
/// <param name="Tls">How TLS starts.</param>
public sealed record Listener(string Service, MailProtocol Protocol, int Port, TlsMode Tls)
{
    /// <summary>Path of the unix socket on which it listens instead of a port, without TLS; null with a port.</summary>
    public string? Path { get; init; }

    /// <summary>Where it listens, in words.</summary>
    [JsonIgnore]
    public string Place => Path is null ? $"port {Port}" : $"socket {Path}";
}
