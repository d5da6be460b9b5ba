using System.Text;
using Operator.Entities.Configuration;

namespace Operator.Reloader.Generations;

/// <summary>
/// The master opens a socket for each IP version and keeps <c>prefork</c> workers waiting on each of them (cyrus-imapd
/// master/master.c:service_create). In a pod without an IPv6 address half of the idle workers would wait for nobody, and each reload would replace
/// them, too. There a service that says nothing else (<c>proto</c>, a host in <c>listen</c>) is opened for IPv4 alone.
/// </summary>
internal static class IpVersions
{
    private const string Global = "00";

    /// <summary>Whether somebody else can reach this network namespace by IPv6.</summary>
    /// <param name="proc">The file system of processes.</param>
    public static bool HasVersion6(string proc)
    {
        var table = Path.Combine(proc, "net", "if_inet6");
        return File.Exists(table) && HasGlobal(File.ReadAllText(table)); // not there when the kernel does without IPv6
    }

    /// <summary>Whether /proc/net/if_inet6 (address, interface, prefix, scope, flags, name) has an address of global scope. Pure.</summary>
    public static bool HasGlobal(string table) => table.Split('\n').Any(static line =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, Global, ..]);

    /// <summary>cyrus.conf for IPv4 alone. Pure.</summary>
    /// <param name="cyrusConf">The file's bytes; they stay as they are wherever no service is to be changed.</param>
    public static byte[] OnlyVersion4(byte[] cyrusConf)
    {
        // Latin-1 maps every byte to one character and back; the parser counts in bytes, too.
        var lines = Encoding.Latin1.GetString(cyrusConf).Split('\n');
        if (lines.Any(static line => line.Length >= CyrusConf.LongestLine))
            return cyrusConf; // the master counts such a line as several
        foreach (var entry in CyrusConf.Parse(Encoding.UTF8.GetString(cyrusConf)).Entries)
        {
            if (entry.Section == "SERVICES" && entry.Find("proto") is null && entry.Find("listen") is { } listen && listen.Value.IndexOfAny(['/', ':']) < 0)
                lines[entry.Line - 1] = lines[entry.Line - 1].Insert(entry.Column - 1 + entry.Name.Length, " proto=tcp4");
        }
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
