using System.Text;
using static Operator.Kubernetes.Client.Kubeconfigs.KubeconfigFile;

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
        var user = context["user"] is { } name ? Find("users", "user", name) : null;
        RefuseUnsupported(user);

        var inlineAuthority = Inline(cluster, "certificate-authority-data");
        return new KubernetesClientConfig
        {
            Server = Address(cluster, "server", cluster.Require("server")),
            Namespace = context["namespace"] ?? "default",
            CertificateAuthority = inlineAuthority,
            CertificateAuthorityFile = inlineAuthority is null ? Existing(cluster, "certificate-authority") : null,
            TlsServerName = cluster["tls-server-name"],
            SkipTlsVerify = cluster["insecure-skip-tls-verify"] == "true",
            Proxy = cluster["proxy-url"] is { } proxy ? Address(cluster, "proxy-url", proxy) : null,
            ClientCertificate = user is null ? null : InlineOrFile(user, "client-certificate"),
            ClientKey = user is null ? null : InlineOrFile(user, "client-key"),
            Token = user?["token"],
            TokenFile = user?["token"] is null ? user?.FilePath("tokenFile") : null,
        };
    }

    private string Names => string.Join(Path.PathSeparator, files.Select(file => file.Path));

    private KubeconfigEntry Find(string section, string field, string name) =>
        files.Select(file => file.Find(section, field, name)).FirstOrDefault(entry => entry is not null)
        ?? throw new KubernetesConfigException($"{Names}: {section} has no entry named '{name}' with a {field}.");

    private static void RefuseUnsupported(KubeconfigEntry? user)
    {
        foreach (var field in (string[])["exec", "auth-provider", "username"])
        {
            if (user?.Has(field) == true)
                throw user.Error($"uses {field}, which is not supported: use a token, a tokenFile or a client certificate");
        }
    }

    private static Uri Address(KubeconfigEntry entry, string field, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            ? address
            : throw entry.Error($"has a {field} that is no http(s) address: {text}");

    private static string? InlineOrFile(KubeconfigEntry entry, string field)
    {
        if (Inline(entry, field + "-data") is { } inline)
            return inline;
        if (Existing(entry, field) is not { } path)
            return null;
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw entry.Error($"has a {field} that cannot be read: {error.Message}", error);
        }
    }

    private static string? Existing(KubeconfigEntry entry, string field)
    {
        var path = entry.FilePath(field);
        return path is null || File.Exists(path) ? path : throw entry.Error($"has a {field} that does not exist: {path}");
    }

    private static string? Inline(KubeconfigEntry entry, string field)
    {
        if (entry[field] is not { } text)
            return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw entry.Error($"has a {field} that is not base64");
        }
    }
}
