using Operator.Testing;
using Operator.Testing.Cluster;

namespace EndToEnd;

/// <summary>The operator that hack/test has installed by helm; as it was before, when the test is over.</summary>
internal sealed class DeployedRelease : IAsyncDisposable
{
    public const string Name = "cyrus-operator", Namespace = "cyrus-system";

    private readonly string values = Path.GetTempFileName();

    private DeployedRelease()
    {
    }

    /// <summary>Remembers its values.</summary>
    public static async Task<DeployedRelease> OfAsync(CancellationToken cancellationToken)
    {
        var release = new DeployedRelease();
        var given = await Helm.RunAsync(cancellationToken, "get", "values", Name, "--namespace", Namespace, "--output", "yaml");
        await File.WriteAllTextAsync(release.values, given, cancellationToken);
        return release;
    }

    /// <summary>Installs a chart, or upgrades to it, with the values that were there and more.</summary>
    public Task InstallAsync(string chart, CancellationToken cancellationToken, params string[] more) => Helm.RunAsync(
        cancellationToken,
        ["upgrade", "--install", Name, chart, "--namespace", Namespace, "--values", values, "--reset-values", "--wait", "--timeout", "150s", .. more]);

    /// <summary>Takes it away.</summary>
    public static async Task UninstallAsync(CancellationToken cancellationToken)
    {
        await Helm.RunAsync(cancellationToken, "uninstall", Name, "--namespace", Namespace, "--wait", "--timeout", "120s");
        await UntilGoneAsync(cancellationToken);
    }

    /// <summary>Takes away what <c>kubectl apply -k config/</c> has made, but for the CRD and the namespace: the servers would go with them.</summary>
    public static async Task RemoveKustomizationAsync(CancellationToken cancellationToken)
    {
        await Kubectl.RunAsync(null, cancellationToken, "delete", "--ignore-not-found", "-f", Repository.PathOf("config/operator/deployment.yaml"));
        await Kubectl.RunAsync(null, cancellationToken, "delete", "--ignore-not-found", "-f", Repository.PathOf("config/rbac"));
        await UntilGoneAsync(cancellationToken);
    }

    /// <summary>Waits until no operator runs any more.</summary>
    public static Task<string> UntilGoneAsync(CancellationToken cancellationToken) => Kubectl.RunAsync(
        null, cancellationToken, "-n", Namespace, "wait", "--for=delete", "pod", "-l", "app.kubernetes.io/name=cyrus-operator", "--timeout=90s");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RemoveUnlessHelmHasItAsync();
        await InstallAsync(Repository.PathOf("charts/cyrus-operator"), CancellationToken.None);
        File.Delete(values);
    }

    private static async Task RemoveUnlessHelmHasItAsync()
    {
        var releases = await Helm.RunAsync(CancellationToken.None, "list", "--namespace", Namespace, "--short");
        if (!releases.Contains(Name, StringComparison.Ordinal))
            await RemoveKustomizationAsync(CancellationToken.None);
    }
}
