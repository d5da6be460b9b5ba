using System.Text.Json;

namespace Operator.Servers.Children;

/// <summary>Who set which fields, as the API server notes it (meta/v1 ManagedFieldsEntry).</summary>
internal static class FieldManagers
{
    /// <summary>The managers, besides ourselves, that have one of the fields. Nobody has a field that was removed.</summary>
    /// <param name="managedFields"><c>metadata.managedFields</c>.</param>
    /// <param name="paths">The fields.</param>
    public static IReadOnlyList<string> Of(JsonElement managedFields, IReadOnlyList<DriftPath> paths)
    {
        if (managedFields.ValueKind != JsonValueKind.Array)
            return [];
        return
        [
            .. managedFields.EnumerateArray()
                .Where(entry => entry.TryGetProperty("fieldsV1", out var fields) && paths.Any(path => Has(fields, path)))
                .Select(static entry => entry.TryGetProperty("manager", out var manager) ? manager.GetString() : null)
                .OfType<string>()
                .Where(static manager => manager != Names.FieldManager)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Fields are nested members <c>f:NAME</c> (structured-merge-diff, fieldpath/serialize.go).</summary>
    private static bool Has(JsonElement fields, DriftPath path)
    {
        foreach (var name in path.Members)
        {
            if (fields.ValueKind != JsonValueKind.Object || !fields.TryGetProperty("f:" + name, out var inner))
                return false;
            fields = inner;
        }
        return true;
    }
}
