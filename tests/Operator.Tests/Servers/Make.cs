using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers;
using Operator.Servers.Inputs;
using Operator.Servers.Rollout;
using Operator.Testing.Mail;

namespace Operator.Tests.Servers;

/// <summary>The objects that tests start from.</summary>
internal static class Make
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    public static readonly TestCertificate Certificate = TestCertificate.Create(Now);

    public static readonly ServerOptions Options = new() { ServerImage = "cyrus:1", ReloaderImage = "reloader:1" };

    public static CyrusServer Server(Func<CyrusServerSpec, CyrusServerSpec>? change = null)
    {
        var spec = new CyrusServerSpec { ImapdConf = "admins: cyrus\n", Tls = new TlsSpec { SecretName = "mail-tls" } };
        return new CyrusServer
        {
            Metadata = new V1ObjectMeta { Name = "mail", Namespace = "post", Uid = "u-1", Generation = 3 },
            Spec = change?.Invoke(spec) ?? spec,
        };
    }

    public static ServerInputs Inputs(string? key = null) => InputsOf(key is null ? Certificate : Certificate with { KeyPem = key });

    public static ServerInputs InputsOf(TestCertificate certificate) =>
        ServerInputs.FromSecret(new ObjectKey("post", "mail-tls"), SecretOf(certificate.ChainPem, certificate.KeyPem));

    public static V1Secret SecretOf(string chain, string key) => new()
    {
        Type = "kubernetes.io/tls",
        Data = new Dictionary<string, byte[]>
        {
            ["tls.crt"] = System.Text.Encoding.ASCII.GetBytes(chain),
            ["tls.key"] = System.Text.Encoding.ASCII.GetBytes(key),
        },
    };

    public static PodView Pod(string name, string? annotated = null, ReloadReport? report = null) => new()
    {
        Name = name,
        Incarnation = name + "/0",
        Ip = "198.18.0.9",
        Ready = true,
        Annotated = annotated,
        Report = report,
    };

    public static RolloutGoal Goal(string target, int replicas) => new() { Digest = target, Replicas = replicas, Rules = new RolloutSpec() };

    public static RolloutPlan Plan(string target, IReadOnlyList<PodView> pods, int replicas, int maxParallel = 1) =>
        RolloutPlan.Decide(Goal(target, replicas) with { Rules = new RolloutSpec { MaxParallel = maxParallel } }, pods, Now);

    public static ReloadReport Report(ReloadPhase phase, string digest) => new()
    {
        Instance = "i",
        Revision = 1,
        Phase = phase,
        Desired = digest,
        Mounted = digest,
        Active = digest,
        Served = phase == ReloadPhase.Healthy ? digest : null,
    };

    public static ReloadReport Refused(string digest) => Report(ReloadPhase.Failed, digest) with
    {
        Active = "old",
        Rejected = digest,
        Reason = "ConfigurationInvalid",
        Message = "imapd.conf line 4",
    };
}
