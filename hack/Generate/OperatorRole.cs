using System.Text.Json.Nodes;

namespace Generate;

/// <summary>The rights of the operator: all that it uses and nothing else.</summary>
internal static class OperatorRole
{
    private const string Name = "cyrus-operator";

    private sealed record Rule(string Group, string[] Resources, string[] Verbs)
    {
        /// <summary>Only objects with these names; null for all.</summary>
        public string[]? Names { get; init; }
    }

    private static readonly Rule[] Rules =
    [
        new("cyrus-operator.dev", ["cyrusservers"], ["get", "list", "watch"]),
        new("cyrus-operator.dev", ["cyrusservers/status"], ["get", "patch"]),
        // Owner references with blockOwnerDeletion need it where OwnerReferencesPermissionEnforcement is on.
        new("cyrus-operator.dev", ["cyrusservers/finalizers"], ["update"]),
        // Watched by metadata only; read one by one where a CyrusServer names them; written for the bundles.
        new("", ["secrets"], ["get", "list", "watch", "create", "patch"]),
        // Likewise, but never written.
        new("", ["configmaps"], ["get", "list", "watch"]),
        // Deleted where a server listens on unix sockets only.
        new("", ["services"], ["get", "list", "watch", "create", "patch", "delete"]),
        // Evicted when only a restart brings a change into force; deleted when they cannot start as they are.
        new("", ["pods"], ["get", "list", "watch", "patch", "delete"]),
        new("", ["pods/eviction"], ["create"]),
        new("apps", ["statefulsets"], ["get", "list", "watch", "create", "patch"]),
        // Grown where a server's storage grows, and owned by it where they shall go with it.
        new("", ["persistentvolumeclaims"], ["get", "list", "watch", "patch"]),
        new("", ["serviceaccounts"], ["get", "create", "patch"]),
        new("policy", ["poddisruptionbudgets"], ["get", "create", "patch"]),
        new("networking.k8s.io", ["networkpolicies"], ["get", "create", "patch"]),
        // Deleted when they are not wanted any more.
        new("monitoring.coreos.com", ["servicemonitors"], ["get", "create", "patch", "delete"]),
        new("cert-manager.io", ["certificates"], ["get", "create", "patch", "delete"]),
        // Core where events.k8s.io/v1 is not served; patched when the same happens again.
        new("events.k8s.io", ["events"], ["create", "patch"]),
        new("", ["events"], ["create", "patch"]),
    ];

    // A new Lease has no name yet when the right to create it is asked for.
    private static Rule[] LeaseRules(string lease) =>
    [
        new("coordination.k8s.io", ["leases"], ["create"]),
        new("coordination.k8s.io", ["leases"], ["get", "patch"]) { Names = [lease] },
    ];

    // Only where the webhook is on: who may change this decides what the API server takes for a CyrusServer.
    private static Rule[] WebhookRules(string configuration) =>
    [
        new("admissionregistration.k8s.io", ["validatingwebhookconfigurations"], ["get", "patch"]) { Names = [configuration] },
    ];

    // Its certificate. Part of the ClusterRole, too; this is for an operator that has no rights in its own namespace otherwise.
    private static Rule[] WebhookSecretRules(string secret) =>
    [
        new("", ["secrets"], ["create"]),
        new("", ["secrets"], ["get", "patch"]) { Names = [secret] },
    ];

    /// <summary>The ClusterRole.</summary>
    public static JsonObject Build() => Build("ClusterRole", new JsonObject { ["name"] = Name }, Rules);

    /// <summary>The Role for the Lease, in the operator's own namespace only.</summary>
    public static JsonObject BuildLeaderElection(string lease = Name) => Build(
        "Role", new JsonObject { ["name"] = "cyrus-operator-leader-election", ["namespace"] = "cyrus-system" }, LeaseRules(lease));

    /// <summary>The ClusterRole for the webhook's configuration, which has no namespace.</summary>
    public static JsonObject BuildWebhook(string configuration = Name) =>
        Build("ClusterRole", new JsonObject { ["name"] = "cyrus-operator-webhook" }, WebhookRules(configuration));

    /// <summary>The Role for the webhook's certificate, in the operator's own namespace only.</summary>
    public static JsonObject BuildWebhookSecret(string secret) =>
        Build("Role", new JsonObject { ["name"] = "cyrus-operator-webhook", ["namespace"] = "cyrus-system" }, WebhookSecretRules(secret));

    private static JsonObject Build(string kind, JsonObject metadata, IEnumerable<Rule> rules) => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = metadata,
        ["rules"] = new JsonArray([.. rules.Select(Build)]),
    };

    private static JsonObject Build(Rule rule)
    {
        var built = new JsonObject
        {
            ["apiGroups"] = Strings([rule.Group]),
            ["resources"] = Strings(rule.Resources),
            ["verbs"] = Strings(rule.Verbs),
        };
        if (rule.Names is not null)
            built["resourceNames"] = Strings(rule.Names);
        return built;
    }

    private static JsonArray Strings(string[] values) => new([.. values.Select(static value => JsonValue.Create(value))]);
}
