using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers;
using Operator.Servers.Children;

namespace Operator.Integrations;

/// <summary>What a server asks of other projects' operators.</summary>
internal static class IntegrationBuilder
{
    private const string MetricsPath = "/metrics";

    /// <summary>Lets cert-manager keep the server's certificate.</summary>
    /// <returns>Null when the server names no issuer.</returns>
    public static V1Certificate? BuildCertificate(CyrusServer server) => server.Spec.Tls is not { IssuerRef: { } issuer } tls ? null : new()
    {
        Metadata = Names.Child(server, Names.Certificate(server)),
        Spec = new V1CertificateSpec
        {
            SecretName = Names.TlsSecret(server)!,
            IssuerRef = new V1IssuerReference { Name = issuer.Name, Kind = issuer.Kind, Group = issuer.Group },
            DnsNames = tls.DnsNames,
            Duration = string.IsNullOrEmpty(tls.Duration) ? null : tls.Duration,
            RenewBefore = string.IsNullOrEmpty(tls.RenewBefore) ? null : tls.RenewBefore,
            Usages = ["server auth"],
            PrivateKey = new V1CertificatePrivateKey { RotationPolicy = "Always", Algorithm = "ECDSA", Size = 256 },
            RevisionHistoryLimit = 3,
        },
    };

    /// <summary>Lets a Prometheus read the metrics of all pods, by the headless Service: only it has the port.</summary>
    /// <returns>Null when that is not wanted.</returns>
    public static V1ServiceMonitor? BuildServiceMonitor(CyrusServer server)
    {
        var monitoring = server.Spec.Monitoring;
        if (!monitoring.ServiceMonitor)
            return null;
        var metadata = Names.Child(server, Names.ServiceMonitor(server));
        return new V1ServiceMonitor
        {
            Metadata = metadata with { Labels = Names.Merge(monitoring.Labels, metadata.Labels) },
            Spec = new V1ServiceMonitorSpec
            {
                Selector = new V1LabelSelector { MatchLabels = Names.PodSelector(server) },
                Endpoints = [new() { Port = ServiceBuilder.MetricsPort, Path = MetricsPath, Interval = monitoring.Interval }],
            },
        };
    }
}
