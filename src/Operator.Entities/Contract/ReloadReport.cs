using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Entities.Contract;

/// <summary>What the sidecar is doing.</summary>
[JsonConverter(typeof(ReloadPhaseConverter))]
public enum ReloadPhase
{
    /// <summary>No digest is asked for yet; the generation staged at start is served.</summary>
    Idle,

    /// <summary>The mounted bytes are not yet those of the desired digest.</summary>
    Mounting,

    /// <summary>The desired digest was active again and again of late: it is held back, longer each time.</summary>
    Damped,

    /// <summary>The generation is staged and checked; nothing live has been touched.</summary>
    Checking,

    /// <summary>cyrus.conf changed: waiting for a moment in which a signal to the master breaks no session.</summary>
    AwaitingQuiet,

    /// <summary>The new generation is active; old idle workers are being replaced.</summary>
    Converging,

    /// <summary>No idle worker older than the reload is left; real connections look at what is served.</summary>
    Proving,

    /// <summary>The desired generation is active, no old idle worker is left, and the wire shows it.</summary>
    Healthy,

    /// <summary>The desired digest was refused or could not be proved; see the reason. What ran before runs on.</summary>
    Failed,

    /// <summary>A word that a newer sidecar has for what it does: neither healthy nor failed. No sidecar says it of itself.</summary>
    Unknown,
}

/// <summary>Reads a phase that this version does not know as <see cref="ReloadPhase.Unknown"/>: an older operator must be able to wait on.</summary>
public sealed class ReloadPhaseConverter : JsonConverter<ReloadPhase>
{
    /// <inheritdoc/>
    public override ReloadPhase Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return ReloadPhase.Unknown;
        }
        // A number in quotes would be parsed as well.
        return Enum.TryParse<ReloadPhase>(reader.GetString(), out var phase) && phase.ToString() == reader.GetString() ? phase : ReloadPhase.Unknown;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ReloadPhase value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Workers of the master by their age against the last reload.</summary>
public sealed record WorkerCounts
{
    /// <summary>Started after the reload.</summary>
    public int Fresh { get; init; }

    /// <summary>Idle and older than the reload: they must go.</summary>
    public int Stale { get; init; }

    /// <summary>In a session and older than the reload: they may finish, and never accept again.</summary>
    public int Draining { get; init; }

    /// <summary>Forked, but not yet in Cyrus' main loop.</summary>
    public int Starting { get; init; }

    /// <summary>In a session, of any age.</summary>
    public int Sessions { get; init; }
}

/// <summary>A service that is full because of sessions under an older configuration.</summary>
/// <param name="Service">Its name in cyrus.conf.</param>
/// <param name="MaxChild">Its limit of workers.</param>
/// <param name="Draining">How many of them are in a session under an older configuration.</param>
public sealed record SaturatedService(string Service, int MaxChild, int Draining);

/// <summary>Old sessions that were sent away since the last reload (<see cref="DrainPolicy.Disconnect"/>).</summary>
/// <param name="Told">Sessions that Cyrus was made to say goodbye to.</param>
/// <param name="Terminated">Sessions that did not hear it in time: their workers got SIGTERM.</param>
public sealed record DisconnectedSessions(int Told, int Terminated);

/// <summary>A certificate as it was seen on the wire.</summary>
public sealed record ServedCertificate
{
    /// <summary>The listener's service name.</summary>
    public required string Service { get; init; }

    /// <summary>The listener's port.</summary>
    public required int Port { get; init; }

    /// <summary>SHA-256 of the leaf's DER form, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The leaf's subject (RFC 4514).</summary>
    public required string Subject { get; init; }

    /// <summary>When the leaf expires.</summary>
    public required DateTimeOffset NotAfter { get; init; }
}

/// <summary>What a sidecar says of its pod. Every field is what it saw itself: in /proc, on disk, on the wire.</summary>
public sealed record ReloadReport
{
    /// <summary>The newest <see cref="Version"/>.</summary>
    public const int NewestVersion = 1;

    private static readonly Dictionary<string, double> NoPhases = [];

    /// <summary>
    /// Raised when a field changes its meaning; new fields alone do not raise it, since unknown ones are passed over and missing ones have
    /// their defaults. 0 in reports from before it was told.
    /// </summary>
    public int Version { get; init; }

    /// <summary>Identifies the sidecar process: <see cref="Revision"/> counts from the start again when it changes.</summary>
    public required string Instance { get; init; }

    /// <summary>Raised with every change of the report.</summary>
    public required long Revision { get; init; }

    /// <summary>The digest that the pod's annotation asks for; null while there is none.</summary>
    public string? Desired { get; init; }

    /// <summary>The <see cref="AnnotationKeys.Nudge"/> that came with <see cref="Desired"/>; 0 while there is none.</summary>
    public long Nudge { get; init; }

    /// <summary>The digest of the current bundle as mounted.</summary>
    public string? Mounted { get; init; }

    /// <summary>The generation that new workers read.</summary>
    public string? Active { get; init; }

    /// <summary>The generation that was last proved on every listener.</summary>
    public string? Served { get; init; }

    /// <summary>The digest that was refused, with <see cref="Reason"/> and <see cref="Message"/>.</summary>
    public string? Rejected { get; init; }

    /// <summary>What the sidecar is doing.</summary>
    public required ReloadPhase Phase { get; init; }

    /// <summary>A CamelCase word for the failure, fit for a condition's reason.</summary>
    public string? Reason { get; init; }

    /// <summary>The failure in a sentence, with file and line where there is one; never a secret.</summary>
    public string? Message { get; init; }

    /// <summary>The workers at the time of the report.</summary>
    public WorkerCounts Workers { get; init => field = value ?? new(); } = new();

    /// <summary>Sessions and jobs that the last signal to the master put at risk; 0 when it was sent at a quiet moment.</summary>
    public int AtRisk { get; init; }

    /// <summary>Whether the pod must be restarted to get what is desired: asked for by <see cref="NotQuietPolicy.Roll"/>.</summary>
    public bool NeedsRestart { get; init; }

    /// <summary>Services whose every worker is in a session, some of an older configuration, and that may have no more: new connections wait.</summary>
    public IReadOnlyList<SaturatedService> Saturated { get; init => field = value ?? []; } = [];

    /// <summary>Old sessions that were sent away since the last reload.</summary>
    public DisconnectedSessions Disconnected { get; init => field = value ?? new(0, 0); } = new(0, 0);

    /// <summary>Options of imapd.conf that only the master reads, when it starts: their new values are in force after a restart of the pod.</summary>
    public IReadOnlyList<string> PendingRestart { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Services that keep the configuration of before the last reload until the pod restarts (mupdate: it has no way to reload), and daemons that did
    /// not leave when they were told to.
    /// </summary>
    public IReadOnlyList<string> UnreloadedServices { get; init => field = value ?? []; } = [];

    /// <summary>What the last proof saw, by listener.</summary>
    public IReadOnlyList<ServedCertificate> Certificates { get; init => field = value ?? []; } = [];

    /// <summary>Seconds spent in each phase of the last reload.</summary>
    public IReadOnlyDictionary<string, double> PhaseSeconds { get; init => field = value ?? NoPhases; } = NoPhases;

    /// <summary>Whether this pod serves <paramref name="digest"/> by the laws: active, converged and proved.</summary>
    public bool IsHealthyFor(string digest) =>
        Phase == ReloadPhase.Healthy && Active == digest && Served == digest && Workers.Stale == 0;
}
