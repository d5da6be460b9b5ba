using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>A field that another manager has set to something else (meta/v1 FieldManagerConflict).</summary>
/// <param name="Manager">Who has it; empty when the server's words are not understood.</param>
/// <param name="Field">Which one, such as <c>.spec.replicas</c>.</param>
public sealed record FieldConflict(string Manager, string Field)
{
    internal const string Reason = "FieldManagerConflict";
    private const string Before = "conflict with \"";

    /// <summary>
    /// The manager is only to be had from the text: <c>conflict with "kubectl" using apps/v1</c>, quoted as Go does
    /// (apimachinery managedfields, NewConflictError).
    /// </summary>
    internal static FieldConflict Parse(V1StatusCause cause)
    {
        var text = cause.Message ?? "";
        var start = text.StartsWith(Before, StringComparison.Ordinal) ? Before.Length : -1;
        var end = start < 0 ? -1 : text.IndexOf('"', start);
        return new FieldConflict(end < 0 ? "" : text[start..end], cause.Field ?? "");
    }
}
