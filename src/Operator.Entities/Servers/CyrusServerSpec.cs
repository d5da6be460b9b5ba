using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Operator.Entities.Servers;

/// <summary>The wanted state of a Cyrus server.</summary>
/// <remarks>
/// The generated deserializer hands a null (or 0) to the initializer of whatever is missing. Objects and texts turn that into
/// their default here; numbers and switches come with the CRD's default from the API server.
/// </remarks>
[CelRule("!(has(self.services) && has(self.cyrusConf))", "services and cyrusConf exclude each other")]
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

    /// <summary>Texts that are appended to imapdConf, in this order: for passwords, and for what several servers share.</summary>
    public IReadOnlyList<ImapdConfSource>? ImapdConfFrom { get; init; }

    /// <summary>
    /// cyrus.conf(5) text, instead of services. Programs are named without directory and without <c>-C</c>, which the operator adds: it says where they are
    /// and which imapd.conf they read.
    /// </summary>
    [NotEmpty]
    public string? CyrusConf { get; init; }

    /// <summary>What the server listens on. IMAP on 1143 (STARTTLS) and 1993 (TLS) when left out and there is no cyrusConf either.</summary>
    [NotEmpty]
    [ListMapKey("name")]
    public IReadOnlyList<ServiceSpec>? Services { get; init; }

    /// <summary>Where the certificate comes from. Without it no service may use TLS.</summary>
    public TlsSpec? Tls { get; init; }

    /// <summary>The persistent volumes.</summary>
    public StorageSpec Storage { get; init => field = value ?? new(); } = new();

    /// <summary>The Service that clients connect to.</summary>
    public ClientServiceSpec Service { get; init => field = value ?? new(); } = new();

    /// <summary>How a change goes from pod to pod.</summary>
    public RolloutSpec Rollout { get; init => field = value ?? new(); } = new();

    /// <summary>The pods that Cyrus runs in.</summary>
    public MailPodSpec Pod { get; init => field = value ?? new(); } = new();

    /// <summary>The sidecar that reloads Cyrus and proves what is served.</summary>
    public ReloaderSpec Reloader { get; init => field = value ?? new(); } = new();

    /// <summary>How Prometheus finds the pods.</summary>
    public MonitoringSpec Monitoring { get; init => field = value ?? new(); } = new();

    /// <summary>While true, nothing is changed but the status.</summary>
    [DefaultValue(false)]
    public bool Paused { get; init; }
}
