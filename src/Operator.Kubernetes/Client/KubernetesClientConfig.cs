using Operator.Kubernetes.Client.Kubeconfigs;

namespace Operator.Kubernetes.Client;

/// <summary>
/// Where the API server is and who we are. Not a record: its text form must never show a credential.
/// </summary>
public sealed class KubernetesClientConfig
{
    private const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Base address of the API server; may have a path.</summary>
    public required Uri Server { get; init; }

    /// <summary>The namespace that commands without one mean; <c>default</c> when nothing says otherwise.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Authorities of the server's certificate, PEM; null to trust the system's, unless a file is named.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>The same as a file. It is read at each handshake, so a replaced one counts at once.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>
    /// The name that the server's certificate must be for, when it is not the one in the address. It is told to the server, as SNI and
    /// as the host of each request.
    /// </summary>
    public string? TlsServerName { get; init; }

    /// <summary>Accept any server certificate: for tests only.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>Client certificate chain, PEM, leaf first.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>The same as a file, read again each minute and after a 401; <see cref="ClientCertificate"/> wins.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>Private key of the client certificate, PEM.</summary>
    public string? ClientKey { get; init; }

    /// <summary>The same as a file, read again with the certificate; <see cref="ClientKey"/> wins.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Bearer token; <see cref="TokenFile"/> wins once it can be read.</summary>
    public string? Token { get; init; }

    /// <summary>File with the bearer token, read again each minute and after a 401.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A command that gives the credential; a token, a token file or a client certificate wins.</summary>
    public ExecPluginOptions? Exec { get; init; }

    /// <summary>As whom requests are made; null for the one whose credential they carry.</summary>
    public Impersonation? Impersonate { get; init; }

    /// <summary>
    /// Proxy to go through: http, https or socks5, maybe with user and password; null: as the environment says (HTTPS_PROXY, NO_PROXY).
    /// </summary>
    public Uri? Proxy { get; init; }

    /// <summary>How the API server's audit log knows us; the program's name by default.</summary>
    public string UserAgent { get; init; } = AppDomain.CurrentDomain.FriendlyName;

    /// <summary>Deadline of each call, and of the start of a watch.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The client certificate, or its key, may change under our hands.</summary>
    internal bool HasClientCertificateFile =>
        (ClientCertificate is null && ClientCertificateFile is not null) || (ClientKey is null && ClientKeyFile is not null);

    /// <summary>The service account of the pod that this runs in.</summary>
    /// <exception cref="KubernetesConfigException">This is no pod, or it mounts no service account.</exception>
    public static KubernetesClientConfig InCluster() => InCluster(Environment.GetEnvironmentVariable, ServiceAccount);

    /// <summary>A context of a kubeconfig file.</summary>
    /// <param name="path">The file; YAML or JSON.</param>
    /// <param name="context">Null for the current one.</param>
    /// <exception cref="KubernetesConfigException">A file or field is missing or cannot be used.</exception>
    public static KubernetesClientConfig FromKubeconfig(string path, string? context = null) =>
        new Kubeconfig([KubeconfigFile.Load(path)]).ToConfig(context);

    /// <summary>
    /// As client-go based operators look for it: the files in KUBECONFIG, the pod's service account, <c>~/.kube/config</c>.
    /// </summary>
    /// <exception cref="KubernetesConfigException">There is none of them, or the first that is there cannot be used.</exception>
    public static KubernetesClientConfig Default() => Default(
        Environment.GetEnvironmentVariable, ServiceAccount, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The server's address; no credential.</summary>
    public override string ToString() => Server.ToString();

    internal static KubernetesClientConfig Default(Func<string, string?> environment, string serviceAccount, string home)
    {
        if (environment("KUBECONFIG") is { Length: > 0 } paths)
            return FromFiles(paths);
        if (!string.IsNullOrEmpty(environment("KUBERNETES_SERVICE_HOST")))
            return InCluster(environment, serviceAccount);
        var own = Path.Combine(home, ".kube", "config");
        return File.Exists(own)
            ? FromKubeconfig(own)
            : throw new KubernetesConfigException(
                $"No way to an API server: KUBECONFIG is not set, neither is KUBERNETES_SERVICE_HOST (this is no pod), and there is no {own}.");
    }

    internal static KubernetesClientConfig InCluster(Func<string, string?> environment, string serviceAccount)
    {
        var host = environment("KUBERNETES_SERVICE_HOST");
        var port = environment("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            throw new KubernetesConfigException("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is no pod.");
        var tokenFile = Path.Combine(serviceAccount, "token");
        if (!File.Exists(tokenFile))
            throw new KubernetesConfigException($"{tokenFile} does not exist: the pod mounts no service-account token.");
        var namespaceFile = Path.Combine(serviceAccount, "namespace");
        return new KubernetesClientConfig
        {
            Server = new Uri($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}"),
            TokenFile = tokenFile,
            CertificateAuthorityFile = Path.Combine(serviceAccount, "ca.crt"),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
        };
    }

    private static KubernetesClientConfig FromFiles(string paths)
    {
        // KUBECONFIG may name files that do not exist (yet); kubectl passes over them, unless all are missing.
        var files = paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var existing = files.Where(File.Exists).ToList();
        return existing.Count == 0
            ? throw new KubernetesConfigException($"KUBECONFIG names {paths}, which does not exist.")
            : new Kubeconfig([.. existing.Select(KubeconfigFile.Load)]).ToConfig(null);
    }
}
