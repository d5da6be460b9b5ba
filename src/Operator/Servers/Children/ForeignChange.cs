using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Servers.Children;

/// <summary>What an Event says of somebody else's change of our fields. Never a value.</summary>
internal static class ForeignChange
{
    /// <summary>Reason of the Event.</summary>
    public const string Reason = "ForeignChangeReverted";

    /// <summary>Action of the Event.</summary>
    public const string Action = "Apply";

    private const int Named = 5;

    /// <summary>The sentence; null when the apply has changed nothing.</summary>
    /// <param name="child">Kind and name.</param>
    /// <param name="before">The object before the apply.</param>
    /// <param name="after">The object after it.</param>
    /// <param name="managedFields">Who had which fields before the apply.</param>
    public static string? Describe(string child, JsonObject before, JsonObject after, JsonElement managedFields)
    {
        var paths = Drift.Between(before, after);
        if (paths.Count == 0)
            return null;
        var fields = string.Join(", ", paths.Take(Named).Select(static path => path.Text));
        var more = paths.Count > Named ? $" and {paths.Count - Named} more" : "";
        var managers = FieldManagers.Of(managedFields, paths);
        var by = managers.Count > 0 ? $" by {string.Join(", ", managers)}" : "";
        return $"{child}: {fields}{more} had been changed{by} and is as wanted again";
    }
}
