using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;

namespace Operator.Entities.Servers;

/// <summary>The wanted state of a Cyrus server.</summary>
/// <remarks>
/// The generated deserializer hands a null (or 0) to the initializer of whatever is missing. Objects and texts turn that into
/// their default here; numbers come with the CRD's default from the API server.
/// </remarks>
public sealed record CyrusServerSpec
{
    /// <summary>Cyrus server image. The operator's own default when left out. A change restarts the pods, one by one.</summary>
    public string? Image { get; init; }

    /// <summary>When the images are pulled.</summary>
    [AllowedValues("Always", "IfNotPresent", "Never")]
    [DefaultValue("IfNotPresent")]
    public string ImagePullPolicy { get; init => field = value ?? "IfNotPresent"; } = "IfNotPresent";

    /// <summary>Number of pods. Each is a server of its own, with its own volumes.</summary>
    [Range(0, 100)]
    [DefaultValue(1)]
    public int Replicas { get; init; } = 1;

    /// <summary>
    /// imapd.conf(5) text. Options that the operator manages (configdirectory, partition-default, tls_server_cert and the like)
    /// are added to it and must not be given. A change is applied without a restart.
    /// </summary>
    public string ImapdConf { get; init => field = value ?? ""; } = "";

    /// <summary>What the server listens on. IMAP on 1143 (STARTTLS) and 1993 (TLS) when left out.</summary>
    [NotEmpty]
    [ListMapKey("name")]
    public IReadOnlyList<ServiceSpec>? Services { get; init; }

    /// <summary>Where the certificate comes from. Without it no service may use TLS.</summary>
    public TlsSpec? Tls { get; init; }

    /// <summary>The persistent volumes.</summary>
    public StorageSpec Storage { get; init => field = value ?? new(); } = new();

    /// <summary>How a change goes from pod to pod.</summary>
    public RolloutSpec Rollout { get; init => field = value ?? new(); } = new();

    /// <summary>Resources of the Cyrus container.</summary>
    public V1ResourceRequirements? Resources { get; init; }

    /// <summary>The sidecar that reloads Cyrus and proves what is served.</summary>
    public ReloaderSpec Reloader { get; init => field = value ?? new(); } = new();

    /// <summary>While true, nothing is changed but the status.</summary>
    [DefaultValue(false)]
    public bool Paused { get; init; }
}

/// <summary>One service of cyrus.conf(5).</summary>
public sealed record ServiceSpec
{
    /// <summary>The service's name: letters and digits only, since the master exits on any other character.</summary>
    [RegularExpression("^[a-z][a-z0-9]{0,14}$")]
    public required string Name { get; init; }

    /// <summary>What it speaks.</summary>
    public required MailProtocol Protocol { get; init; }

    /// <summary>TCP port, above 1023 because the pod has no privileges.</summary>
    [Range(1024, 65535)]
    public required int Port { get; init; }

    /// <summary>How TLS starts.</summary>
    [DefaultValue("none")]
    public TlsMode Tls { get; init; }

    /// <summary>
    /// Idle workers that the master keeps ready for each IP version of the pod: it opens one socket per version, each with workers of its
    /// own (master/master.c: service_create). 0 counts as 1: the master keeps one ready (babysit), so that a service whose workers all died
    /// comes back by itself.
    /// </summary>
    [Range(0, 1000)]
    [DefaultValue(0)]
    public int Prefork { get; init; }

    /// <summary>Most workers at a time; -1 is no limit.</summary>
    [Range(-1, 100000)]
    [DefaultValue(-1)]
    public int MaxChild { get; init; } = -1;
}

/// <summary>Where the certificate comes from.</summary>
public sealed record TlsSpec
{
    /// <summary>
    /// Secret of type kubernetes.io/tls in the same namespace, as cert-manager writes it. Its ca.crt, if there is one, can be named in imapdConf,
    /// as in <c>tls_client_ca_file: {generation}/ca.crt</c>.
    /// </summary>
    [NotEmpty]
    public required string SecretName { get; init; }

    /// <summary>
    /// A second Secret of that kind whose certificate has a key of the other kind, RSA beside elliptic curve: each client gets the one that it can
    /// use. Both are checked, and both are proved on the wire.
    /// </summary>
    [NotEmpty]
    public string? AlternateSecretName { get; init; }

    /// <summary>
    /// Host names by which clients reach the server. A certificate that does not cover all of them is refused and the one in use stays; a
    /// wildcard covers one label. When left out, the names are not looked at.
    /// </summary>
    public IReadOnlyList<string>? DnsNames { get; init; }
}

/// <summary>The persistent volumes of each pod.</summary>
public sealed record StorageSpec
{
    /// <summary>Volume for Cyrus' configdirectory (databases, sieve scripts, quota).</summary>
    public VolumeSpec Configuration { get; init => field = value ?? new(); } = new();

    /// <summary>Volume for the mail itself.</summary>
    public VolumeSpec Spool { get; init => field = value ?? new(); } = new();
}

/// <summary>One persistent volume.</summary>
public sealed record VolumeSpec
{
    /// <summary>Size, as a Kubernetes quantity.</summary>
    [RegularExpression("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$")]
    [DefaultValue("1Gi")]
    public string Size { get; init => field = value ?? "1Gi"; } = "1Gi";

    /// <summary>StorageClass; the cluster's default when left out.</summary>
    public string? StorageClassName { get; init; }
}

/// <summary>How a change goes from pod to pod.</summary>
public sealed record RolloutSpec
{
    /// <summary>Pods that reload at a time once the first one (the canary) is healthy.</summary>
    [Range(1, 100)]
    [DefaultValue(1)]
    public int MaxParallel { get; init; } = 1;

    /// <summary>
    /// Whom a reload signals. Workers: idle workers one by one, and the master only when cyrus.conf changed, which breaks no session.
    /// Master: always the master, at a quiet moment.
    /// </summary>
    [DefaultValue("Workers")]
    public SignalWay Signal { get; init; }

    /// <summary>Seconds to wait for a moment in which a signal to the master breaks no session.</summary>
    [Range(0, 86400)]
    [DefaultValue(60)]
    public int QuietTimeoutSeconds { get; init; } = 60;

    /// <summary>
    /// What is done when no such moment came. Wait: the old cyrus.conf stays until it comes. Proceed: signal, and count the sessions that this
    /// put at risk. Roll: restart the pod.
    /// </summary>
    [DefaultValue("Wait")]
    public NotQuietPolicy WhenNotQuiet { get; init; }

    /// <summary>What becomes of sessions that still run under an older configuration.</summary>
    public DrainSpec Drain { get; init => field = value ?? new(); } = new();
}

/// <summary>What becomes of sessions that still run under an older configuration.</summary>
public sealed record DrainSpec
{
    /// <summary>Wait: they may go on for as long as they like. Disconnect: after a time they are told BYE and ended.</summary>
    [DefaultValue("Wait")]
    public DrainPolicy Policy { get; init; }

    /// <summary>With Disconnect: seconds after the reload until old sessions are told to go.</summary>
    [Range(1, 604800)]
    [DefaultValue(3600)]
    public int AfterSeconds { get; init; } = 3600;

    /// <summary>
    /// With Disconnect: seconds from then on until a session that could not be told is ended without a word. A client in IMAP IDLE hears it within
    /// imapidlepoll (60 s by default), any other at its next command.
    /// </summary>
    [Range(0, 86400)]
    [DefaultValue(90)]
    public int GraceSeconds { get; init; } = 90;
}

/// <summary>The sidecar.</summary>
public sealed record ReloaderSpec
{
    /// <summary>Sidecar image. The operator's own default when left out.</summary>
    public string? Image { get; init; }

    /// <summary>Resources of the sidecar container.</summary>
    public V1ResourceRequirements? Resources { get; init; }
}
