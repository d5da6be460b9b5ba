using Operator.Entities.Contract;
using Operator.Entities.Servers;

namespace Operator.Tests.Servers;

/// <summary>Every text and list of texts of a spec is given in one of these.</summary>
internal static class FullSpecs
{
    /// <summary>The specs.</summary>
    public static IReadOnlyList<CyrusServerSpec> All { get; } =
    [
        new()
        {
            Image = "cyrus:1",
            ImapdConf = "postmaster: dora\n",
            ImapdConfFrom =
            [
                new() { SecretKeyRef = new() { Name = "db", Key = "sql.conf" } },
                new() { ConfigMapKeyRef = new() { Name = "shared", Key = "imap.conf" } },
            ],
            Services =
            [
                new() { Name = "imap", Protocol = MailProtocol.Imap, Port = 1143, Tls = TlsMode.StartTls },
                new() { Name = "imaps", Protocol = MailProtocol.Imap, Port = 1993, Tls = TlsMode.Implicit },
            ],
            Tls = new()
            {
                SecretName = "mail-tls",
                IssuerRef = new() { Name = "ca" },
                Duration = "2160h",
                RenewBefore = "360h",
                AlternateSecretName = "mail-rsa",
                DnsNames = ["mail.test"],
                ServiceCertificates = [new() { Service = "imaps", SecretName = "imaps-tls" }],
            },
            Storage = new() { Spool = new() { StorageClassName = "fast" }, Configuration = new() { StorageClassName = "fast" } },
            Service = new()
            {
                Type = "LoadBalancer",
                ExternalTrafficPolicy = "Local",
                LoadBalancerClass = "example.org/lb",
                LoadBalancerSourceRanges = ["198.18.0.0/15"],
                Ports = [new() { Name = "imaps", Port = 993 }],
            },
            Pod = new() { PriorityClassName = "high", RuntimeClassName = "kata", ImagePullSecrets = [new() { Name = "login" }] },
            Reloader = new() { Image = "reloader:1" },
            Monitoring = new() { Interval = "30s" },
        },
        new() { CyrusConf = "SERVICES {\nimap cmd=imapd listen=1143\n}\n" },
    ];
}
