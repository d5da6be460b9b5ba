namespace Operator.Reloader.Syslog;

/// <summary>What a message to the sidecar tells of those before it (images/cyrus/preload/relay.c:tell_receiver).</summary>
/// <param name="Origin">Whose numbers these are: another for each start of the master, and for each command that is run by hand.</param>
/// <param name="Number">1 for the first message.</param>
/// <param name="Unsent">How many before it nobody could be given, as no sidecar listened or it was behind.</param>
/// <param name="LostLines">How many lines the log has lost so far, as nobody read them in time.</param>
internal readonly record struct SyslogCount(long Origin, long Number, long Unsent, long LostLines)
{
    /// <summary>No process says more in its life: a thousand lines a second for thirty years.</summary>
    public const long Most = 1L << 40;
}
