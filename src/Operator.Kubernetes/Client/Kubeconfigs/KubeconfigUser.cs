using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Client.Kubeconfigs;

/// <summary>A user of a kubeconfig file: the credential, where it comes from, and as whom it acts.</summary>
internal sealed class KubeconfigUser
{
    private const string ExecExtension = "client.authentication.k8s.io/exec";
    private static readonly string[] s_execVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    /// <summary>Reads it.</summary>
    /// <param name="user">The user.</param>
    /// <param name="cluster">The cluster, which a plugin is told about.</param>
    /// <exception cref="KubernetesConfigException">A field cannot be used or is not supported.</exception>
    public KubeconfigUser(KubeconfigEntry user, KubeconfigEntry cluster)
    {
        foreach (var field in (string[])["auth-provider", "username"])
        {
            if (user.Has(field))
                throw user.Error(field, $"uses {field}, which is not supported: use exec, a token, a tokenFile or a client certificate");
        }
        ClientCertificate = user.Data("client-certificate-data");
        ClientCertificateFile = user.ExistingFile("client-certificate");
        ClientKey = user.Data("client-key-data");
        ClientKeyFile = user.ExistingFile("client-key");
        Token = user["token"];
        TokenFile = user.FilePath("tokenFile");
        Exec = user.Child("exec") is { } exec ? Plugin(exec, cluster) : null;
        Impersonation = ReadImpersonation(user);
    }

    public string? ClientCertificate { get; }

    public string? ClientCertificateFile { get; }

    public string? ClientKey { get; }

    public string? ClientKeyFile { get; }

    public string? Token { get; }

    public string? TokenFile { get; }

    public ExecPluginOptions? Exec { get; }

    public Impersonation? Impersonation { get; }

    private static ExecPluginOptions Plugin(KubeconfigEntry exec, KubeconfigEntry cluster)
    {
        var version = exec.Require("apiVersion");
        if (!s_execVersions.Contains(version))
            throw exec.Error("apiVersion", $"has the apiVersion {version}, which is not supported: {string.Join(" or ", s_execVersions)}");
        RefuseQuestions(exec);
        var command = exec.Require("command");
        var isPath = command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return new ExecPluginOptions
        {
            ApiVersion = version,
            Command = isPath ? exec.InDirectory(command) : command,
            Arguments = exec.Texts("args"),
            Environment = exec.Entries("env")
                .GroupBy(one => one.Require("name"))
                .ToDictionary(same => same.Key, same => same.Last()["value"] ?? ""),
            InstallHint = exec["installHint"],
            ProvideClusterInfo = exec.Flag("provideClusterInfo"),
            ClusterConfig = ClusterConfig(cluster),
            Origin = exec.Place,
        };
    }

    private static void RefuseQuestions(KubeconfigEntry exec)
    {
        const string Field = "interactiveMode";
        if (exec[Field] is "Always")
            throw exec.Error(Field, $"has the {Field} Always, but there is nobody whom it could ask");
        if (exec[Field] is not (null or "Never" or "IfAvailable"))
            throw exec.Error(Field, $"has {Field}, which is none of Never, IfAvailable, Always");
    }

    private static JsonNode? ClusterConfig(KubeconfigEntry cluster) =>
        cluster.Entries("extensions").FirstOrDefault(one => one["name"] == ExecExtension)?.Json("extension");

    private static Impersonation? ReadImpersonation(KubeconfigEntry user)
    {
        var more = ((string[])["as-uid", "as-groups", "as-user-extra"]).FirstOrDefault(user.Has);
        if (user["as"] is not { } name)
            return more is null ? null : throw user.Error(more, $"has {more} without the user that as names");
        var extra = user.Child("as-user-extra");
        return new Impersonation(name)
        {
            Uid = user["as-uid"],
            Group = One(user, "as-groups"),
            Extra = extra?.Names.ToDictionary(key => key, key => One(extra, key) ?? "") ?? [],
        };
    }

    /// <summary>See <see cref="Client.Impersonation"/> for why there can be only one.</summary>
    private static string? One(KubeconfigEntry entry, string field) => entry.Texts(field) switch
    {
        [] => null,
        [var text] => text,
        _ => throw entry.Error(field, $"has several {field}, which is not supported: only one can be sent"),
    };
}
