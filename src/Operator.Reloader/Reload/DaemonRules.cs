namespace Operator.Reloader.Reload;

/// <summary>What a reload does with a child of DAEMON that is older than it.</summary>
internal enum DaemonAction
{
    /// <summary>Nothing: it runs on with what it has read.</summary>
    Leave,

    /// <summary>One SIGTERM: the master starts it anew, and it reads the new generation.</summary>
    Terminate,
}

/// <summary>
/// The action by program name. Pure. SIGHUP is of no use here: sync_client and calalarmd ignore it. A program that is not known is left:
/// it may not read imapd.conf at all, and what its end would cost is not known either.
/// </summary>
internal static class DaemonRules
{
    /// <summary>What to do with an old child whose program has this file name.</summary>
    public static DaemonAction For(string program) => program switch
    {
        "sync_client" or "calalarmd" or "promstatsd" or "squatter" => DaemonAction.Terminate,
        // Sessions that are in IDLE register with idled once: after its restart they would hear of new mail a minute late.
        _ => DaemonAction.Leave,
    };
}
