namespace Operator.Kubernetes.Client.Kubeconfigs;

/// <summary>
/// One or several kubeconfig files read as one: the first that has an entry wins (kubernetes.io, "Merging kubeconfig files").
/// </summary>
internal sealed class Kubeconfig(IReadOnlyList<KubeconfigFile> files)
{
    /// <summary>The configuration of a context.</summary>
    /// <param name="contextName">Null for the current one.</param>
    /// <exception cref="KubernetesConfigException">An entry or field is missing, unusable or not supported.</exception>
    public KubernetesClientConfig ToConfig(string? contextName)
    {
        contextName ??= files.Select(file => file.CurrentContext).FirstOrDefault(name => name is not null)
            ?? throw new KubernetesConfigException($"{Names}: there is no current-context, and no context is asked for.");
        var context = Find("contexts", "context", contextName);
        var cluster = Find("clusters", "cluster", context.Require("cluster"));
        var user = context["user"] is { } name ? new KubeconfigUser(Find("users", "user", name), cluster) : null;

        var inlineAuthority = cluster.Data("certificate-authority-data");
        var authorityFile = inlineAuthority is null ? cluster.ExistingFile("certificate-authority") : null;
        return new KubernetesClientConfig
        {
            Server = Address(cluster, "server", ["https", "http"]) ?? throw cluster.Error("server", "has no server"),
            Namespace = context["namespace"] ?? "default",
            CertificateAuthority = inlineAuthority,
            CertificateAuthorityFile = authorityFile,
            TlsServerName = cluster["tls-server-name"],
            SkipTlsVerify = SkipsVerification(cluster, inlineAuthority ?? authorityFile),
            Proxy = Address(cluster, "proxy-url", ["http", "https", "socks5"]),
            ClientCertificate = user?.ClientCertificate,
            ClientCertificateFile = user?.ClientCertificateFile,
            ClientKey = user?.ClientKey,
            ClientKeyFile = user?.ClientKeyFile,
            Token = user?.Token,
            TokenFile = user?.TokenFile,
            Exec = user?.Exec,
            Impersonate = user?.Impersonation,
        };
    }

    private string Names => string.Join(Path.PathSeparator, files.Select(file => file.Path));

    private KubeconfigEntry Find(string section, string field, string name) =>
        files.Select(file => file.Find(section, field, name)).FirstOrDefault(entry => entry is not null)
        ?? throw new KubernetesConfigException($"{Names}: {section} has no entry named '{name}' with a {field}.");

    /// <summary>The text is not repeated: a proxy's address may have a password in it.</summary>
    private static Uri? Address(KubeconfigEntry cluster, string field, string[] schemes)
    {
        if (cluster[field] is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme)
            ? address
            : throw cluster.Error(field, $"has a {field} that is no address with {string.Join(", ", schemes)}");
    }

    private static bool SkipsVerification(KubeconfigEntry cluster, string? authority)
    {
        const string Field = "insecure-skip-tls-verify";
        var skips = cluster.Flag(Field);
        return skips && authority is not null
            ? throw cluster.Error(Field, $"has both {Field} and a certificate authority, which contradict each other")
            : skips;
    }
}
