namespace Operator.Reloader.Native;

/// <summary>The signals that the sidecar sends (signal(7), x86 and ARM).</summary>
internal enum Signal
{
    /// <summary>An idle worker leaves; the master reads cyrus.conf again.</summary>
    Hangup = 1,

    /// <summary>Ends a wait for the accept lock (its handler has no SA_RESTART, but SA_RESETHAND: a second one kills).</summary>
    Alarm = 14,

    /// <summary>Ends a DAEMON child, so that the master starts it anew, or a session that must go (lib/signals.c: the worker cleans up first).</summary>
    Terminate = 15,

    /// <summary>Continues a stopped process.</summary>
    Continue = 18,

    /// <summary>Stops a process; it cannot be caught.</summary>
    Stop = 19,
}
