using System.Text.RegularExpressions;
using Operator.Entities.Contract;
using Operator.Entities.Servers;

namespace Operator.Servers.Rendering;

/// <summary>The services of a server: defaults, and what the CRD's schema cannot say.</summary>
internal static partial class ServiceRules
{
    private static readonly ServiceSpec[] Defaults =
    [
        new() { Name = "imap", Protocol = MailProtocol.Imap, Port = 1143, Tls = TlsMode.StartTls, Prefork = 5 },
        new() { Name = "imaps", Protocol = MailProtocol.Imap, Port = 1993, Tls = TlsMode.Implicit, Prefork = 5 },
    ];

    /// <summary>The services given, or the defaults.</summary>
    public static IReadOnlyList<ServiceSpec> Of(CyrusServer server) => server.Spec.Services ?? Defaults;

    /// <summary>The first service that cannot work, or null.</summary>
    public static InputProblem? Check(CyrusServer server)
    {
        var services = Of(server);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var ports = new HashSet<int> { PodPaths.ReportPort };
        for (var index = 0; index < services.Count; index++)
        {
            var service = services[index];
            var fault = Fault(service, server.Spec.Tls)
                ?? (names.Add(service.Name) ? null : "the name is used twice")
                ?? (ports.Add(service.Port) ? null : $"port {service.Port} is taken already (the sidecar has {PodPaths.ReportPort})");
            if (fault is not null)
                return new("ServicesInvalid", $"spec.services[{index}] ({service.Name}): {fault}");
        }
        return null;
    }

    private static string? Fault(ServiceSpec service, TlsSpec? tls)
    {
        if (!ServiceName().IsMatch(service.Name))
            return "expected a name of up to 15 lower-case letters and digits; the master exits on any other character";
        if (service.Tls != TlsMode.None && tls is null)
            return "tls is on, but spec.tls.secretName is not given";
        if (service.Tls == TlsMode.Implicit && service.Protocol is not (MailProtocol.Imap or MailProtocol.Pop3 or MailProtocol.Http))
            return "tls: implicit is offered by Cyrus for imap, pop3 and http only; use startTls";
        if (service.Tls == TlsMode.StartTls && service.Protocol == MailProtocol.Http)
            return "tls: startTls does not exist for http; use implicit";
        return null;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]{0,14}\z")]
    private static partial Regex ServiceName();
}
