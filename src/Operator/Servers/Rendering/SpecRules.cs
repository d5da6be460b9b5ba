using Operator.Entities.Servers;
using Operator.Entities.Tls;

namespace Operator.Servers.Rendering;

/// <summary>All that can be said of a server's spec without a look at other objects: what the reconciler and the webhook both ask. Pure.</summary>
internal static class SpecRules
{
    /// <summary>The first thing that cannot be used, or null.</summary>
    public static InputProblem? Check(CyrusServer server) =>
        CheckServices(server) ?? ImapdConfRenderer.Check(server) ?? CheckDnsNames(server.Spec.Tls);

    private static InputProblem? CheckServices(CyrusServer server) => server.Spec is { Services: not null, CyrusConf: not null }
        ? new("ServicesInvalid", "spec: services and cyrusConf exclude each other")
        : Listeners.Check(server);

    private static InputProblem? CheckDnsNames(TlsSpec? tls)
    {
        for (var index = 0; index < tls?.DnsNames?.Count; index++)
        {
            if (!HostNames.IsName(tls.DnsNames[index]))
                return new("TlsInvalid", $"spec.tls.dnsNames[{index}] is no host name; expected one such as imap.example.org or *.example.org");
        }
        return null;
    }
}
