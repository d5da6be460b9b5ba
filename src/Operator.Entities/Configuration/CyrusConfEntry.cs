namespace Operator.Entities.Configuration;

/// <summary>What the master does about a problem.</summary>
public enum CyrusConfSeverity
{
    /// <summary>Nothing breaks, but the file does not mean what it seems to say.</summary>
    Warning,

    /// <summary>The entry is switched off with a line in the log.</summary>
    EntryIgnored,

    /// <summary>The master exits with code 78.</summary>
    MasterDies,
}

/// <summary>A problem of cyrus.conf.</summary>
/// <param name="AtStart">What it does to a master that starts.</param>
/// <param name="AtReload">What it does to a running master that gets SIGHUP.</param>
/// <param name="Line">Line number, from 1; the one that the master names.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Message">What is wrong and what was expected.</param>
public sealed record CyrusConfProblem(CyrusConfSeverity AtStart, CyrusConfSeverity AtReload, int Line, int Column, string Message);

/// <summary>One argument of an entry.</summary>
/// <param name="Key">What stands before the '='.</param>
/// <param name="Value">What stands after it, without quotes.</param>
/// <param name="Column">Column of the key, from 1.</param>
public sealed record CyrusConfArgument(string Key, string Value, int Column);

/// <summary>One entry of cyrus.conf.</summary>
/// <param name="Section">START, SERVICES, EVENTS or DAEMON.</param>
/// <param name="Name">The entry's name; for a service the value of CYRUS_SERVICE.</param>
/// <param name="Command">Value of <c>cmd</c>; empty when it is missing.</param>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Column">Column of the name, from 1.</param>
/// <param name="Arguments">All arguments, in their order.</param>
public sealed record CyrusConfEntry(string Section, string Name, string Command, int Line, int Column, IReadOnlyList<CyrusConfArgument> Arguments)
{
    /// <summary>The executable of <see cref="Command"/>.</summary>
    public string Program => Command.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var program, ..] ? program : "";

    /// <summary>The argument of that name; the first one counts (master/masterconf.c:masterconf_getstring). Null when it is not given.</summary>
    public CyrusConfArgument? Find(string key)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Key == key)
                return argument;
        }
        return null;
    }
}
