using System.Globalization;

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
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Reads the options.</summary>
    /// <param name="configuration">The environment.</param>
    /// <param name="ownNamespace">The namespace to take unless another is given.</param>
    /// <exception cref="InvalidOperationException">A variable cannot be used; the message names it.</exception>
    public static SelfTestOptions From(IConfiguration configuration, string ownNamespace) => new()
    {
        Name = configuration[NameVariable] is { Length: > 0 } name ? name : "cyrus-selftest",
        Namespace = configuration[NamespaceVariable] is { Length: > 0 } space ? space : ownNamespace,
        StorageClass = configuration[StorageClassVariable] is { Length: > 0 } kind ? kind : null,
        Timeout = TimeSpan.FromSeconds(Seconds(configuration[TimeoutVariable])),
    };

    private static int Seconds(string? value) => value switch
    {
        null or "" => 300,
        _ when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 => seconds,
        _ => throw new InvalidOperationException($"Environment variable {TimeoutVariable} is '{value}', which is no number of seconds."),
    };
}
