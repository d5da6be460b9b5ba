using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Operator.Admission.Certificates;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.SelfTest;

/// <summary>A certificate with its key, as PEM, and the SHA-256 of the leaf as a client sees it.</summary>
internal sealed record SelfTestCertificate(string Chain, string Key, string Sha256)
{
    /// <summary>A new one.</summary>
    public static SelfTestCertificate Create(string name, DateTimeOffset now)
    {
        var made = CertificateIssuer.Renew(Renewal.Afresh, null, [name], now);
        using var leaf = X509Certificate2.CreateFromPem(made.Leaf);
        return new SelfTestCertificate(made.Leaf + made.Authorities, made.PrivateKey, leaf.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant());
    }
}

/// <summary>What the test makes. Pure.</summary>
internal static class SelfTestObjects
{
    /// <summary>Name and port of the only service: IMAP over TLS.</summary>
    public const string Service = "imaps";

    /// <summary>The port that it listens on.</summary>
    public const int Port = 1993;

    /// <summary>The Secret of the certificate.</summary>
    public static string SecretName(string name) => name + "-tls";

    /// <summary>A small server whose volumes go with it.</summary>
    public static CyrusServer Server(SelfTestOptions options)
    {
        var volume = new VolumeSpec { Size = "64Mi", StorageClassName = options.StorageClass };
        return new CyrusServer
        {
            Metadata = new V1ObjectMeta { Name = options.Name, Namespace = options.Namespace },
            Spec = new CyrusServerSpec
            {
                ImapdConf = "sasl_mech_list: PLAIN\n",
                Services = [new ServiceSpec { Name = Service, Protocol = MailProtocol.Imap, Port = Port, Tls = TlsMode.Implicit, Prefork = 2 }],
                Tls = new TlsSpec { SecretName = SecretName(options.Name) },
                Storage = new StorageSpec { Configuration = volume, Spool = volume, Reclaim = StorageSpec.DeleteVolumes },
                Rollout = new RolloutSpec { Restart = new RestartSpec { AfterSeconds = 0, GraceSeconds = 1 } },
                Monitoring = new MonitoringSpec { ServiceMonitor = false },
            },
        };
    }

    /// <summary>The Secret, which goes with the server.</summary>
    public static V1Secret Secret(CyrusServer server, SelfTestCertificate certificate) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = SecretName(server.Metadata.Name!),
            Namespace = server.Metadata.Namespace,
            OwnerReferences = [new V1OwnerReference { ApiVersion = server.ApiVersion!, Kind = server.Kind!, Name = server.Metadata.Name!, Uid = server.Metadata.Uid! }],
        },
        Type = V1Secret.TlsType,
        Data = new Dictionary<string, byte[]>
        {
            [V1Secret.TlsCertificate] = Encoding.ASCII.GetBytes(certificate.Chain),
            [V1Secret.TlsPrivateKey] = Encoding.ASCII.GetBytes(certificate.Key),
        },
    };
}
