using System.Text.Json.Nodes;

namespace Generate;

/// <summary>The rights of the operator: all that it uses and nothing else.</summary>
internal static class OperatorRole
{
    private sealed record Rule(string Group, string[] Resources, string[] Verbs);

    private static readonly Rule[] Rules =
    [
        new("cyrus-operator.dev", ["cyrusservers"], ["get", "list", "watch"]),
        new("cyrus-operator.dev", ["cyrusservers/status"], ["get", "patch"]),
        // Owner references with blockOwnerDeletion need it where OwnerReferencesPermissionEnforcement is on.
        new("cyrus-operator.dev", ["cyrusservers/finalizers"], ["update"]),
        // Watched by metadata only; read one by one where a CyrusServer names them; written for the bundles.
        new("", ["secrets"], ["get", "list", "watch", "create", "patch"]),
        new("", ["services"], ["get", "list", "watch", "create", "patch"]),
        // Deleted only where rollout.whenNotQuiet is Roll.
        new("", ["pods"], ["get", "list", "watch", "patch", "delete"]),
        new("apps", ["statefulsets"], ["get", "list", "watch", "create", "patch"]),
        new("", ["events"], ["create"]),
    ];

    /// <summary>The ClusterRole.</summary>
    public static JsonObject Build() => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = "ClusterRole",
        ["metadata"] = new JsonObject { ["name"] = "cyrus-operator" },
        ["rules"] = new JsonArray([.. Rules.Select(static rule => new JsonObject
        {
            ["apiGroups"] = Strings([rule.Group]),
            ["resources"] = Strings(rule.Resources),
            ["verbs"] = Strings(rule.Verbs),
        })]),
    };

    private static JsonArray Strings(string[] values) => new([.. values.Select(static value => JsonValue.Create(value))]);
}
