namespace Operator.Kubernetes.Api;

/// <summary>Pure helpers for lists of conditions. The input is never changed.</summary>
public static class Conditions
{
    /// <summary><c>True</c>.</summary>
    public const string True = "True";

    /// <summary><c>False</c>.</summary>
    public const string False = "False";

    /// <summary><c>Unknown</c>.</summary>
    public const string Unknown = "Unknown";

    /// <summary>
    /// The list with one condition set, in its old place or at the end. The time of the last transition is kept while the status is
    /// unchanged, and is <paramref name="now"/> otherwise; the one in <paramref name="wanted"/> is ignored.
    /// </summary>
    /// <param name="current">The conditions as they were read.</param>
    /// <param name="wanted">What is observed now.</param>
    /// <param name="now">Cut to whole seconds, which is what the API keeps: the result must equal what is read back.</param>
    public static IReadOnlyList<V1Condition> Set(IReadOnlyList<V1Condition> current, V1Condition wanted, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(wanted);
        var old = Find(current, wanted.Type);
        var since = old?.Status == wanted.Status ? old.LastTransitionTime : null;
        var next = wanted with { LastTransitionTime = since ?? WholeSeconds(now) };
        return old is null ? [.. current, next] : [.. current.Select(one => ReferenceEquals(one, old) ? next : one)];
    }

    /// <summary>The condition of that type, or null.</summary>
    public static V1Condition? Find(IReadOnlyList<V1Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(one => one.Type == type);

    /// <summary>Whether the condition of that type is there and <c>True</c>.</summary>
    public static bool IsTrue(IReadOnlyList<V1Condition>? conditions, string type) => Find(conditions, type)?.Status == True;

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
