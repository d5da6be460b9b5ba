using YamlDotNet.RepresentationModel;

namespace Operator.Testing.PodSecurity;

/// <summary>
/// The policy <c>restricted</c> of the Pod Security Standards, with <c>baseline</c>, which is part of it, for pods on Linux
/// (https://kubernetes.io/docs/concepts/security/pod-security-standards/). It is judged here because not every API server does so.
/// </summary>
public static class RestrictedPolicy
{
    private static readonly string[] VolumeTypes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    private static readonly string[] Sysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_syncookies",
    ];

    private static readonly string?[] SelinuxTypes = [null, "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

    private static readonly string?[] Profiles = ["RuntimeDefault", "Localhost"];

    /// <summary>What the policy forbids, each as the field and what is wrong with it; empty for a pod that may run.</summary>
    public static IReadOnlyList<string> Violations(PodTemplate pod) =>
    [
        .. OfPod(pod),
        .. Containers(pod.Spec).SelectMany(one => OfContainer(pod.Spec, one.Path, one.Container)),
    ];

    private static IEnumerable<string> OfPod(PodTemplate pod)
    {
        foreach (var name in (string[])["hostNetwork", "hostPID", "hostIPC"])
        {
            if (IsTrue(pod.Spec.Text(name)))
                yield return $"{name}: must not be true";
        }
        foreach (var volume in pod.Spec.Maps("volumes"))
        {
            foreach (var type in volume.Names().Where(static type => type != "name" && !VolumeTypes.Contains(type)))
                yield return $"volumes[{volume.Text("name")}]: the type {type} is not allowed";
        }
        foreach (var sysctl in pod.Spec.Maps("securityContext", "sysctls").Select(static one => one.Text("name")).Where(static name => !Sysctls.Contains(name)))
            yield return $"securityContext.sysctls: {sysctl} is not safe";
        foreach (var name in pod.Annotations.Names().Where(static name => name.StartsWith("container.apparmor.security.beta.kubernetes.io/", StringComparison.Ordinal)))
        {
            if (pod.Annotations.Text(name) is { } profile && profile != "runtime/default" && !profile.StartsWith("localhost/", StringComparison.Ordinal))
                yield return $"annotation {name}: {profile} is not allowed";
        }
        foreach (var problem in OfContext("securityContext", pod.Spec.Map("securityContext")))
            yield return problem;
    }

    private static IEnumerable<string> OfContainer(YamlMappingNode pod, string path, YamlMappingNode container)
    {
        var context = container.Map("securityContext");
        if (!IsFalse(context.Text("allowPrivilegeEscalation")))
            yield return $"{path}.securityContext.allowPrivilegeEscalation: must be false";
        if (IsTrue(context.Text("privileged")))
            yield return $"{path}.securityContext.privileged: must not be true";
        if (!IsTrue(context.Text("runAsNonRoot") ?? pod.Text("securityContext", "runAsNonRoot")))
            yield return $"{path}.securityContext.runAsNonRoot: must be true here or for the pod";
        if (!Profiles.Contains(context.Text("seccompProfile", "type") ?? pod.Text("securityContext", "seccompProfile", "type")))
            yield return $"{path}.securityContext.seccompProfile.type: must be RuntimeDefault or Localhost here or for the pod";
        if (!context.Texts("capabilities", "drop").Contains("ALL"))
            yield return $"{path}.securityContext.capabilities.drop: must name ALL";
        foreach (var added in context.Texts("capabilities", "add").Where(static one => one != "NET_BIND_SERVICE"))
            yield return $"{path}.securityContext.capabilities.add: {added} is not allowed";
        if (context.Text("procMount") is { } mount && mount != "Default")
            yield return $"{path}.securityContext.procMount: must be Default";
        foreach (var port in container.Maps("ports").Select(static one => one.Text("hostPort")).Where(static port => port is not (null or "0")))
            yield return $"{path}.ports: hostPort {port} is not allowed";
        foreach (var handler in Handlers(container).Where(static one => one.Text("httpGet", "host") is not null || one.Text("tcpSocket", "host") is not null))
            yield return $"{path}: a probe or hook names a host";
        foreach (var problem in OfContext($"{path}.securityContext", context))
            yield return problem;
    }

    /// <summary>What a pod and a container may each say, or leave out.</summary>
    private static IEnumerable<string> OfContext(string path, YamlMappingNode context)
    {
        if (context.Text("runAsUser") is { } user && IsRoot(user))
            yield return $"{path}.runAsUser: must not be 0";
        if (IsFalse(context.Text("runAsNonRoot")))
            yield return $"{path}.runAsNonRoot: must not be false";
        if (context.Text("seccompProfile", "type") is { } seccomp && !Profiles.Contains(seccomp))
            yield return $"{path}.seccompProfile.type: {seccomp} is not allowed";
        if (context.Text("appArmorProfile", "type") is { } armor && !Profiles.Contains(armor))
            yield return $"{path}.appArmorProfile.type: {armor} is not allowed";
        if (!SelinuxTypes.Contains(context.Text("seLinuxOptions", "type")))
            yield return $"{path}.seLinuxOptions.type: {context.Text("seLinuxOptions", "type")} is not allowed";
        if (context.Text("seLinuxOptions", "user") is not null || context.Text("seLinuxOptions", "role") is not null)
            yield return $"{path}.seLinuxOptions: user and role must not be set";
        if (IsTrue(context.Text("windowsOptions", "hostProcess")))
            yield return $"{path}.windowsOptions.hostProcess: must not be true";
    }

    private static IEnumerable<(string Path, YamlMappingNode Container)> Containers(YamlMappingNode pod) =>
        from list in (string[])["initContainers", "containers", "ephemeralContainers"]
        from container in pod.Maps(list)
        select ($"{list}[{container.Text("name")}]", container);

    private static IEnumerable<YamlMappingNode> Handlers(YamlMappingNode container) =>
    [
        container.Map("livenessProbe"), container.Map("readinessProbe"), container.Map("startupProbe"),
        container.Map("lifecycle", "postStart"), container.Map("lifecycle", "preStop"),
    ];

    private static bool IsTrue(string? text) => string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);

    private static bool IsFalse(string? text) => string.Equals(text, "false", StringComparison.OrdinalIgnoreCase);

    private static bool IsRoot(string user) => user.All(static digit => digit == '0');
}
