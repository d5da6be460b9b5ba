using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Checks;

/// <summary>
/// Whether cyrus.conf opens what must be served. The master does not mind when a section is misspelled or cut off: it just closes the
/// listeners that it no longer finds. Pure.
/// </summary>
internal static class ListenerRules
{
    private const int LongestPath = 107; // unix(7): sun_path, with its end

    /// <summary>Looks for every listener's service.</summary>
    /// <param name="entries">The entries of cyrus.conf.</param>
    /// <param name="listeners">What must be served.</param>
    /// <param name="imapdConf">The path at which every worker must read its configuration: no other is ever reloaded.</param>
    /// <exception cref="ReloadFailure">
    /// ListenersInvalid, when a listener is none that can be proved; ListenerMissing or ListenerMisplaced, naming the service and its line.
    /// </exception>
    public static void Check(IReadOnlyList<CyrusConfEntry> entries, IReadOnlyList<Listener> listeners, string imapdConf)
    {
        foreach (var listener in listeners)
        {
            CheckSense(listener);
            var entry = entries.FirstOrDefault(entry => entry.Section == "SERVICES" && entry.Name == listener.Service)
                ?? throw new ReloadFailure(
                    "ListenerMissing",
                    $"{BundleFiles.CyrusConf} has no service {listener.Service} in a section SERVICES, but {listener.Place} must be served by it.");
            if ((listener.Path is null ? PortOf(entry) : ListenOf(entry)) != (listener.Path ?? $"{listener.Port}"))
                throw Misplaced(entry, $"it must listen on {listener.Place}");
            if (ConfigurationOf(entry) != imapdConf)
                throw Misplaced(entry, $"its command must name the configuration by -C {imapdConf}");
        }
    }

    private static void CheckSense(Listener listener)
    {
        if (listener is { Protocol: MailProtocol.Http, Tls: TlsMode.StartTls })
            throw Senseless(listener, "http has no startTls; use implicit or none");
        if (listener.Path is not { } path)
            return;
        if (listener.Tls != TlsMode.None)
            throw Senseless(listener, "there is no TLS on a unix socket");
        if (!Path.IsPathRooted(path) || Encoding.UTF8.GetByteCount(path) > LongestPath)
            throw Senseless(listener, $"the path of its unix socket is not absolute, or longer than {LongestPath} bytes");
    }

    private static ReloadFailure Senseless(Listener listener, string what) =>
        new("ListenersInvalid", $"{BundleFiles.Listeners}: service {listener.Service} cannot be proved: {what}.");

    private static ReloadFailure Misplaced(CyrusConfEntry entry, string what) =>
        new("ListenerMisplaced", $"{BundleFiles.CyrusConf} line {entry.Line}: service {entry.Name} cannot be served: {what}.");

    private static string ListenOf(CyrusConfEntry entry) => entry.Find("listen")?.Value ?? "";

    /// <summary>The part of <c>listen</c> after the host, which may be an IPv6 address in brackets.</summary>
    private static string PortOf(CyrusConfEntry entry) => ListenOf(entry).Split(':')[^1];

    private static string? ConfigurationOf(CyrusConfEntry entry)
    {
        var words = entry.Command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(words, "-C");
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : null;
    }
}
