using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Entities.Contract;

/// <summary>Whom a reload signals.</summary>
[JsonConverter(typeof(WordConverter<SignalWay>))]
public enum SignalWay
{
    /// <summary>Idle workers, one by one; the master only when cyrus.conf itself changed. Breaks no session.</summary>
    Workers,

    /// <summary>Always the master, behind the quiet gate: the classic way.</summary>
    Master,
}

/// <summary>What is done when no quiet moment for a signal to the master came in time.</summary>
[JsonConverter(typeof(WordConverter<NotQuietPolicy>))]
public enum NotQuietPolicy
{
    /// <summary>Wait on: the old cyrus.conf stays in force, and no session is lost.</summary>
    Wait,

    /// <summary>Signal all the same; the sessions that this puts at risk are counted and reported.</summary>
    Proceed,

    /// <summary>Restart the pod: every session ends, in an orderly way.</summary>
    Roll,
}

/// <summary>What becomes of sessions that still run under an older configuration.</summary>
[JsonConverter(typeof(WordConverter<DrainPolicy>))]
public enum DrainPolicy
{
    /// <summary>They may go on for as long as they like.</summary>
    Wait,

    /// <summary>After a time they are told BYE; those that do not hear it are ended.</summary>
    Disconnect,
}

/// <summary>How the sidecar reloads: read afresh from the mounted volume, no part of any digest, so a change of it reloads nothing.</summary>
/// <remarks>
/// Numbers with a default are not init-only: the generated deserializer would give 0 to those that an older operator does not publish.
/// </remarks>
public sealed record ReloadSettings
{
    /// <summary>Whom a reload signals.</summary>
    public SignalWay Signal { get; init; }

    /// <summary>Seconds to wait for a moment in which a signal to the master breaks no session.</summary>
    public int QuietTimeoutSeconds { get; set; } = 60;

    /// <summary>Seconds that old idle workers may take to go.</summary>
    public int ConvergeTimeoutSeconds { get; set; } = 30;

    /// <summary>What is done when no such moment came.</summary>
    public NotQuietPolicy WhenNotQuiet { get; init; }

    /// <summary>What becomes of sessions under an older configuration.</summary>
    public DrainPolicy Drain { get; init; }

    /// <summary>With <see cref="DrainPolicy.Disconnect"/>: seconds after the reload until old sessions are told to go.</summary>
    public int DisconnectAfterSeconds { get; set; } = 3600;

    /// <summary>With <see cref="DrainPolicy.Disconnect"/>: seconds from then on until those that did not hear it are ended.</summary>
    public int DisconnectGraceSeconds { get; set; } = 90;

    /// <summary>At the pod's end: seconds in which sessions may end by themselves.</summary>
    public int RestartAfterSeconds { get; set; } = 30;

    /// <summary>At the pod's end: seconds from then on in which the rest are told BYE; those that are left then are cut.</summary>
    public int RestartGraceSeconds { get; set; } = 90;

    /// <summary>Host names that the certificate of a new generation must cover; the one in use is not judged by them.</summary>
    public IReadOnlyList<string> DnsNames { get; init => field = value ?? []; } = [];

    /// <summary>Whether both are published in the same form.</summary>
    public bool Equals(ReloadSettings? other) => other is not null && ToJson().AsSpan().SequenceEqual(other.ToJson());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Signal, QuietTimeoutSeconds, WhenNotQuiet, Drain, DisconnectAfterSeconds, DnsNames.Count);

    /// <summary>The form in which the operator publishes it.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.ReloadSettings);

    /// <summary>Reads what was published; the defaults when it cannot be read.</summary>
    public static ReloadSettings FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            var settings = JsonSerializer.Deserialize(json, ContractJson.Default.ReloadSettings);
            return settings?.DnsNames.All(static name => name is not null) == true ? settings : new ReloadSettings();
        }
        catch (JsonException)
        {
            return new ReloadSettings();
        }
    }
}
