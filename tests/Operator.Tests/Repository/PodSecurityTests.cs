using Operator.Testing.PodSecurity;

namespace Operator.Tests.Repository;

/// <summary>Every pod of ours passes PodSecurity <c>restricted</c>, also where the API server does not judge it.</summary>
public sealed class PodSecurityTests
{
    private const string Allowed = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: one
        spec:
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            seccompProfile: {type: RuntimeDefault}
            sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]
          initContainers:
          - name: first
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          containers:
          - name: main
            ports: [{containerPort: 143, hostPort: 0}]
            livenessProbe: {httpGet: {port: 80}}
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}, procMount: Default}
          volumes:
          - name: tmp
            emptyDir: {}
          - {name: nothing}
        """;

    public static TheoryData<string> Files =>
    [
        .. new[] { "config", "tests/Operator.Tests/Charts/Golden", "tests/Operator.Tests/Servers/Children/Golden" }
            .SelectMany(static folder => Directory.GetFiles(Testing.Repository.PathOf(folder), "*.yaml", SearchOption.AllDirectories))
            .Where(static path => PodTemplate.In(File.ReadAllText(path)).Count > 0)
            .Select(static path => Path.GetRelativePath(Testing.Repository.Root, path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A change of the allowed pod, and how what is said of it begins.</summary>
    public static TheoryData<string, string, string> Forbidden => new()
    {
        { "spec:\n", "spec:\n  hostNetwork: true\n", "hostNetwork" },
        { "spec:\n", "spec:\n  hostPID: true\n", "hostPID" },
        { "spec:\n", "spec:\n  hostIPC: true\n", "hostIPC" },
        { "emptyDir: {}", "hostPath: {path: /}", "volumes[tmp]: the type hostPath" },
        { "emptyDir: {}", "nfs: {server: a, path: /}", "volumes[tmp]: the type nfs" },
        { "net.ipv4.tcp_syncookies", "kernel.msgmax", "securityContext.sysctls: kernel.msgmax" },
        { "    runAsNonRoot: true\n", "", "initContainers[first].securityContext.runAsNonRoot" },
        { "runAsNonRoot: true", "runAsNonRoot: false", "securityContext.runAsNonRoot" },
        { "runAsUser: 65532", "runAsUser: 0", "securityContext.runAsUser" },
        { "seccompProfile: {type: RuntimeDefault}", "seccompProfile: {type: Unconfined}", "securityContext.seccompProfile.type" },
        { "    seccompProfile: {type: RuntimeDefault}\n", "", "containers[main].securityContext.seccompProfile.type" },
        { "    runAsUser: 65532\n", "    seLinuxOptions: {type: spc_t}\n", "securityContext.seLinuxOptions.type" },
        { "    runAsUser: 65532\n", "    seLinuxOptions: {role: system_r}\n", "securityContext.seLinuxOptions: user and role" },
        { "    runAsUser: 65532\n", "    appArmorProfile: {type: Unconfined}\n", "securityContext.appArmorProfile.type" },
        { "    runAsUser: 65532\n", "    windowsOptions: {hostProcess: true}\n", "securityContext.windowsOptions.hostProcess" },
        { "name: one\n", "name: one\n  annotations: {container.apparmor.security.beta.kubernetes.io/main: unconfined}\n", "annotation container.apparmor" },
        { "capabilities: {drop: [ALL]}}", "capabilities: {drop: [NET_RAW]}}", "initContainers[first].securityContext.capabilities.drop" },
        { "add: [NET_BIND_SERVICE]", "add: [NET_BIND_SERVICE, SYS_PTRACE]", "containers[main].securityContext.capabilities.add: SYS_PTRACE" },
        { "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}", "{capabilities: {drop: [ALL]}}", "initContainers[first].securityContext.allowPrivilegeEscalation" },
        { "procMount: Default", "procMount: Unmasked", "containers[main].securityContext.procMount" },
        { "procMount: Default", "privileged: true", "containers[main].securityContext.privileged" },
        { "procMount: Default", "runAsUser: 0", "containers[main].securityContext.runAsUser" },
        { "procMount: Default", "runAsNonRoot: false", "containers[main].securityContext.runAsNonRoot" },
        { "procMount: Default", "seccompProfile: {type: Unconfined}", "containers[main].securityContext.seccompProfile.type" },
        { "hostPort: 0", "hostPort: 143", "containers[main].ports: hostPort 143" },
        { "httpGet: {port: 80}", "httpGet: {port: 80, host: 127.0.0.1}", "containers[main]: a probe or hook names a host" },
        { "  initContainers:", "  ephemeralContainers:\n  - name: shell\n  initContainers:", "ephemeralContainers[shell].securityContext.allowPrivilegeEscalation" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_pod_of_ours_passes_the_restricted_policy(string file)
    {
        foreach (var pod in PodTemplate.In(File.ReadAllText(Testing.Repository.PathOf(file))))
            RestrictedPolicy.Violations(pod).ShouldBeEmpty($"{file}, {pod.Name}");
    }

    [Fact]
    public void The_operator_its_chart_and_every_sample_are_among_the_files_that_are_judged()
    {
        var files = Files.Select(static one => one.Data).ToList();

        files.ShouldContain("config/operator/deployment.yaml");
        files.ShouldContain("tests/Operator.Tests/Charts/Golden/everything.yaml");
        files.Count(static one => one.Contains("/Children/Golden/", StringComparison.Ordinal))
            .ShouldBe(Directory.GetFiles(Testing.Repository.PathOf("config", "samples"), "*.yaml").Length);
    }

    [Fact]
    public void The_policy_allows_what_it_need_not_forbid() => RestrictedPolicy.Violations(PodTemplate.In(Allowed).Single()).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void The_policy_names_what_it_forbids(string allowed, string forbidden, string said)
    {
        Allowed.ShouldContain(allowed);
        var changed = Allowed.Replace(allowed, forbidden, StringComparison.Ordinal);

        RestrictedPolicy.Violations(PodTemplate.In(changed).Single()).ShouldContain(one => one.StartsWith(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Deployment", "spec: {template: {spec: {hostPID: true}}}")]
    [InlineData("StatefulSet", "spec: {template: {spec: {hostPID: true}}}")]
    [InlineData("CronJob", "spec: {jobTemplate: {spec: {template: {spec: {hostPID: true}}}}}")]
    public void Pods_are_found_in_whatever_makes_them(string kind, string rest)
    {
        var pod = PodTemplate.In($"kind: {kind}\nmetadata: {{name: a}}\n{rest}\n---\nkind: Service\n").Single();

        pod.Name.ShouldBe($"{kind} a");
        RestrictedPolicy.Violations(pod).ShouldBe(["hostPID: must not be true"]);
    }
}
