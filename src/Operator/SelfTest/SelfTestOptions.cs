using Operator.Hosting;

namespace Operator.SelfTest;

/// <summary>What the pod of <c>helm test</c> says, by environment variables <c>CYRUS_OPERATOR_TEST_*</c>.</summary>
internal sealed record SelfTestOptions
{
    private const string NameVariable = "CYRUS_OPERATOR_TEST_NAME";
    private const string NamespaceVariable = "CYRUS_OPERATOR_TEST_NAMESPACE";
    private const string StorageClassVariable = "CYRUS_OPERATOR_TEST_STORAGE_CLASS";
    private const string TimeoutVariable = "CYRUS_OPERATOR_TEST_TIMEOUT_SECONDS";

    /// <summary>Name of the CyrusServer that is made; none of this name may be there.</summary>
    public required string Name { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Class of its volumes; null for the cluster's default.</summary>
    public string? StorageClass { get; init; }

    /// <summary>How long all of it may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Reads the options.</summary>
    /// <param name="configuration">The environment.</param>
    /// <param name="ownNamespace">The namespace to take unless another is given.</param>
    /// <exception cref="InvalidOperationException">A variable cannot be used; the message names it.</exception>
    public static SelfTestOptions From(IConfiguration configuration, string ownNamespace) => new()
    {
        Name = configuration.Text(NameVariable) ?? "cyrus-selftest",
        Namespace = configuration.Text(NamespaceVariable) ?? ownNamespace,
        StorageClass = configuration.Text(StorageClassVariable),
        Timeout = TimeSpan.FromSeconds(configuration.Number(TimeoutVariable, int.MaxValue, "number of seconds") ?? 300),
    };
}
