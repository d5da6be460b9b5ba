using System.Text.RegularExpressions;

namespace Operator.Servers.Rendering;

/// <summary>
/// Names that Kubernetes gives to objects and keys (k8s.io/apimachinery: IsDNS1123Subdomain, IsConfigMapKey): what can be no name is told before anything is
/// asked or written. Pure.
/// </summary>
internal static partial class ObjectNames
{
    private const int Longest = 253;

    /// <summary>Whether an object may have this name.</summary>
    public static bool IsName(string text) => text.Length <= Longest && Name().IsMatch(text);

    /// <summary>Whether a Secret or ConfigMap may have this key.</summary>
    public static bool IsKey(string text) => text.Length <= Longest && text != "." && !text.StartsWith("..", StringComparison.Ordinal) && Key().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9._-]+\z")]
    private static partial Regex Key();
}
