using System.Globalization;
using System.Text.Json;

namespace Operator.Entities.Contract;

/// <summary>One request for a report, as the one who asks has it: what to send, and what to believe of the answer. No I/O.</summary>
public sealed class ReportExchange
{
    private readonly ReportKey key;
    private readonly string nonce = ReportAuthentication.NewNonce();

    /// <summary>Makes a request with a nonce of its own.</summary>
    /// <param name="key">The server's key.</param>
    /// <param name="after">The report that is known: the answer comes when there is a newer one. Null asks for the one of now.</param>
    /// <param name="waitSeconds">How long the sidecar may wait for a newer one.</param>
    public ReportExchange(ReportKey key, ReloadReport? after = null, int waitSeconds = 0)
    {
        this.key = key;
        Target = after is null
            ? PodPaths.ReportPath
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{PodPaths.ReportPath}?after={after.Revision}&instance={Uri.EscapeDataString(after.Instance)}&wait={waitSeconds}");
        var version = ReloadReport.NewestVersion.ToString(CultureInfo.InvariantCulture);
        Headers =
        [
            new(ReportAuthentication.NonceHeader, nonce),
            new(ReportAuthentication.VersionHeader, version),
            new(ReportAuthentication.MacHeader, ReportAuthentication.MacOfRequest(key, nonce, version, Target)),
        ];
    }

    /// <summary>Path and query.</summary>
    public string Target { get; }

    /// <summary>The headers that go with it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Reads the answer.</summary>
    /// <param name="status">Its HTTP status.</param>
    /// <param name="mac">Its <see cref="ReportAuthentication.MacHeader"/>; null when it has none.</param>
    /// <param name="body">Its bytes; not looked at unless the MAC is right.</param>
    /// <exception cref="ReportRefusedException">There is no report, or none to be believed.</exception>
    /// <exception cref="JsonException">It is no report, or says what no sidecar would.</exception>
    public ReloadReport Read(int status, string? mac, ReadOnlySpan<byte> body)
    {
        if (status == 401)
            throw new ReportRefusedException("it refused the request: it does not have the server's report key of now", isDistrust: true);
        if (status != 200)
            throw new ReportRefusedException(string.Create(CultureInfo.InvariantCulture, $"it answered with status {status}"), isDistrust: false);
        if (!ReportAuthentication.IsSame(mac, ReportAuthentication.MacOfAnswer(key, nonce, status, body)))
            throw new ReportRefusedException("its answer was not made with the server's report key", isDistrust: true);
        return ReportRules.Check(JsonSerializer.Deserialize(body, ContractJson.Default.ReloadReport) ?? throw new JsonException("The report is null."));
    }
}

/// <summary>There is no report, or none to be believed.</summary>
/// <param name="message">Why, to be read after the sidecar's name.</param>
/// <param name="isDistrust">Whether one of the two does not believe the other.</param>
public sealed class ReportRefusedException(string message, bool isDistrust) : Exception(message)
{
    /// <summary>Whether one of the two does not believe the other; otherwise there is no report yet.</summary>
    public bool IsDistrust { get; } = isDistrust;
}
