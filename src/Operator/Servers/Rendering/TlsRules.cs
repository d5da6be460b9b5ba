using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Entities.Tls;

namespace Operator.Servers.Rendering;

/// <summary>What can be said of <c>spec.tls</c> without a look at the certificates. Pure.</summary>
internal static class TlsRules
{
    private const int MostDnsNames = 200; // they are carried in the bundle Secret, whose size is limited

    /// <summary>The first thing that cannot be used, or null.</summary>
    public static InputProblem? Check(CyrusServer server) =>
        server.Spec.Tls is { } tls && (FaultOf(tls) ?? FaultOfNames(tls.DnsNames ?? []) ?? FaultOfServices(server, tls.ServiceCertificates ?? [])) is { } fault
            ? new("TlsInvalid", "spec.tls" + fault)
            : null;

    private static string? FaultOf(TlsSpec tls)
    {
        if (tls.SecretName is null && tls.IssuerRef is null)
            return ": secretName or issuerRef is needed";
        if (tls.IssuerRef is not null && tls.DnsNames is null or { Count: 0 })
            return ": issuerRef needs dnsNames: the names that the certificate shall have";
        if (tls.IssuerRef is null && (tls.Duration is not null || tls.RenewBefore is not null))
            return $".{(tls.Duration is not null ? "duration" : "renewBefore")} is of use with issuerRef only";
        return FaultOfSecret(".secretName", tls.SecretName) ?? FaultOfSecret(".alternateSecretName", tls.AlternateSecretName);
    }

    private static string? FaultOfSecret(string field, string? name) => name is null || ObjectNames.IsName(name)
        ? null
        : $"{field} can be no name of a Secret; expected lower-case letters, digits, '-' and '.'";

    private static string? FaultOfNames(IReadOnlyList<string> names)
    {
        if (names.Count > MostDnsNames)
            return $".dnsNames has {names.Count} names; expected {MostDnsNames} at most";
        for (var index = 0; index < names.Count; index++)
        {
            if (!HostNames.IsName(names[index]))
                return $".dnsNames[{index}] is no host name; expected one such as imap.example.org or *.example.org";
        }
        return null;
    }

    private static string? FaultOfServices(CyrusServer server, IReadOnlyList<ServiceCertificate> certificates)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < certificates.Count; index++)
        {
            var one = certificates[index];
            var fault = FaultOfService(server, one.Service)
                ?? (seen.Add(one.Service) ? null : $": service {one.Service} has a certificate already")
                ?? FaultOfSecret(".secretName", one.SecretName);
            if (fault is not null)
                return $".serviceCertificates[{index}]{fault}";
        }
        return null;
    }

    private static string? FaultOfService(CyrusServer server, string service)
    {
        // Of what is no service, not even the name is repeated: it may hold anything.
        if (!Listeners.ServicesOf(server).Contains(service))
            return $".service is none of the services; expected one of {string.Join(", ", Listeners.ServicesOf(server))}";
        if (service == BundleFiles.ReservedService)
            return $": a service named {BundleFiles.ReservedService} cannot have a certificate of its own";
        return Listeners.Of(server).Any(listener => listener.Service == service && listener.Tls == TlsMode.None)
            ? $": service {service} has no TLS"
            : null;
    }
}
