using System.Globalization;
using System.Text;
using Operator.Entities.Contract;
using Operator.Entities.Servers;

namespace Operator.Servers.Rendering;

/// <summary>cyrus.conf(5) from the typed services, or from the text given in their place.</summary>
internal static class CyrusConfRenderer
{
    // The master does not hand its own -C down to what it starts (Cyrus master/master.c:spawn_service), so each command names it.
    private const string Tool = PodPaths.ImageServiceBinaries + "/{0} -C " + PodPaths.ImapdConf;
    private const string Daemon = PodPaths.ServiceBinaries + "/{0} -C " + PodPaths.ImapdConf;

    /// <summary>Renders the file, or what the user wrote in its place.</summary>
    public static string Render(CyrusServer server) =>
        server.Spec.CyrusConf is { } written ? CyrusConfText.Render(written) : Render(ServiceRules.Of(server));

    private static string Render(IReadOnlyList<ServiceSpec> services)
    {
        var text = new StringBuilder();
        text.Append("START {\n").Append(Entry("recover", Tool, "ctl_cyrusdb", "-r", "")).Append("}\n\nSERVICES {\n");
        foreach (var service in services)
            text.Append(Service(service));
        text.Append("}\n\nEVENTS {\n")
            .Append(Entry("checkpoint", Tool, "ctl_cyrusdb", "-c", " period=30"))
            .Append(Entry("delprune", Tool, "cyr_expire", "-E 3", " at=0401"))
            .Append(Entry("tlsprune", Tool, "tls_prune", "", " at=0411"))
            .Append("}\n");
        return text.ToString();
    }

    private static string Service(ServiceSpec service)
    {
        var (daemon, flags) = service.Protocol switch
        {
            MailProtocol.Imap => ("imapd", service.Tls == TlsMode.Implicit ? "-s" : ""),
            MailProtocol.Pop3 => ("pop3d", service.Tls == TlsMode.Implicit ? "-s" : ""),
            MailProtocol.Lmtp => ("lmtpd", ""),
            MailProtocol.Sieve => ("timsieved", ""),
            MailProtocol.Http => ("httpd", service.Tls == TlsMode.Implicit ? "-s" : ""),
            _ => throw new ArgumentOutOfRangeException(nameof(service), service.Protocol, "unknown protocol"),
        };
        var limits = string.Create(
            CultureInfo.InvariantCulture,
            $" listen=\"{service.Port}\" prefork={service.Prefork} maxchild={service.MaxChild} maxforkrate={ForkRate(service)} babysit=yes");
        return Entry(service.Name, Daemon, daemon, flags, limits);
    }

    /// <summary>
    /// Without a limit a worker that cannot start is forked some 1,500 times a second. The master's estimate adds ln 2 for each fork of a burst
    /// and halves every second (master/master.c:service_is_fork_limited), so this lets all idle workers be replaced at once, every second.
    /// </summary>
    private static int ForkRate(ServiceSpec service) => Math.Max(20, 2 * service.Prefork);

    private static string Entry(string name, string command, string program, string arguments, string attributes)
    {
        var cmd = string.Format(CultureInfo.InvariantCulture, command, program) + (arguments.Length > 0 ? " " + arguments : "");
        return $"  {name} cmd=\"{cmd}\"{attributes}\n";
    }
}
