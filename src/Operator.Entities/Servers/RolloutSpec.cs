using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Operator.Entities.Contract;

namespace Operator.Entities.Servers;

/// <summary>How a change goes from pod to pod.</summary>
public sealed record RolloutSpec
{
    /// <summary>Whether the first pod takes a change alone, and the others follow when it has proved it.</summary>
    [DefaultValue(true)]
    public bool Canary { get; init; } = true;

    /// <summary>Seconds for which the canary must serve a change before the other pods follow.</summary>
    [Range(0, 86400)]
    [DefaultValue(0)]
    public int SoakSeconds { get; init; }

    /// <summary>Pods that reload at a time once the first one (the canary) is healthy.</summary>
    [Range(1, 100)]
    [DefaultValue(1)]
    public int MaxParallel { get; init; } = 1;

    /// <summary>
    /// Seconds without progress after which a rollout is said to be stuck: Progressing turns False with ProgressDeadlineExceeded. It is only said;
    /// the rollout goes on as soon as it can.
    /// </summary>
    [Range(10, 86400)]
    [DefaultValue(600)]
    public int ProgressDeadlineSeconds { get; init; } = 600;

    /// <summary>
    /// Seconds within which the old idle workers of a pod must be gone after a reload; otherwise the pod reports Failed (NotConverged) and tries on. Going
    /// back would not help: it would have to replace the same workers.
    /// </summary>
    [Range(1, 3600)]
    [DefaultValue(30)]
    public int ConvergeTimeoutSeconds { get; init; } = 30;

    /// <summary>
    /// Whom a reload signals. Workers: idle workers one by one, and the master only when cyrus.conf changed, which breaks no session.
    /// Master: always the master, at a quiet moment.
    /// </summary>
    [DefaultValue("Workers")]
    public SignalWay Signal { get; init; }

    /// <summary>Seconds to wait for a moment in which a signal to the master breaks no session.</summary>
    [Range(0, 86400)]
    [DefaultValue(60)]
    public int QuietTimeoutSeconds { get; init; } = 60;

    /// <summary>
    /// What is done when no such moment came. Wait: the old cyrus.conf stays until it comes. Proceed: signal, and count the sessions that this
    /// put at risk. Roll: restart the pod.
    /// </summary>
    [DefaultValue("Wait")]
    public NotQuietPolicy WhenNotQuiet { get; init; }

    /// <summary>What becomes of sessions that still run under an older configuration.</summary>
    public DrainSpec Drain { get; init => field = value ?? new(); } = new();

    /// <summary>How sessions leave a pod that is restarted, evicted or removed.</summary>
    public RestartSpec Restart { get; init => field = value ?? new(); } = new();
}

/// <summary>How sessions leave a pod that goes. It is taken out of the Service first, so that no new ones come.</summary>
public sealed record RestartSpec
{
    /// <summary>Seconds in which sessions may end by themselves.</summary>
    [Range(0, 86400)]
    [DefaultValue(30)]
    public int AfterSeconds { get; init; } = 30;

    /// <summary>
    /// Seconds from then on in which the rest are told BYE, each at its next command or, in IMAP IDLE, within imapidlepoll (60 s by default). Those
    /// that are left then are cut.
    /// </summary>
    [Range(0, 86400)]
    [DefaultValue(90)]
    public int GraceSeconds { get; init; } = 90;
}

/// <summary>What becomes of sessions that still run under an older configuration.</summary>
public sealed record DrainSpec
{
    /// <summary>Wait: they may go on for as long as they like. Disconnect: after a time they are told BYE and ended.</summary>
    [DefaultValue("Wait")]
    public DrainPolicy Policy { get; init; }

    /// <summary>With Disconnect: seconds after the reload until old sessions are told to go.</summary>
    [Range(1, 604800)]
    [DefaultValue(3600)]
    public int AfterSeconds { get; init; } = 3600;

    /// <summary>
    /// With Disconnect: seconds from then on until a session that could not be told is ended without a word. A client in IMAP IDLE hears it within
    /// imapidlepoll (60 s by default), any other at its next command.
    /// </summary>
    [Range(0, 86400)]
    [DefaultValue(90)]
    public int GraceSeconds { get; init; } = 90;
}
