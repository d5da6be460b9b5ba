using System.Text.Json.Nodes;
using Operator.Entities.Servers;

namespace Generate;

/// <summary>The CRDs, from the types in Operator.Entities.</summary>
internal static class CustomResourceDefinition
{
    private static readonly (string Name, string Type, string Path, string Description)[] Columns =
    [
        ("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", "All pods accept mail sessions"),
        ("Healthy", "string", ".status.conditions[?(@.type==\"RolloutHealthy\")].status", "All pods serve what is wanted, proved on the wire"),
        ("Digest", "string", ".status.digest", "The configuration that was last proved on all pods"),
        ("Draining", "integer", ".status.draining", "Sessions that still run under an older configuration"),
        ("Cert expires", "string", ".status.certificate.notAfter", "When the served certificate expires"),
        ("Age", "date", ".metadata.creationTimestamp", "Time since it was made"),
    ];

    /// <summary>The CRD of CyrusServer.</summary>
    public static JsonObject CyrusServer() => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = $"cyrusservers.{Operator.Entities.Servers.CyrusServer.Group}" },
        ["spec"] = new JsonObject
        {
            ["group"] = Operator.Entities.Servers.CyrusServer.Group,
            ["scope"] = "Namespaced",
            ["names"] = new JsonObject
            {
                ["kind"] = "CyrusServer",
                ["listKind"] = "CyrusServerList",
                ["plural"] = "cyrusservers",
                ["singular"] = "cyrusserver",
                ["shortNames"] = new JsonArray("cyrus"),
                ["categories"] = new JsonArray("all"),
            },
            ["versions"] = new JsonArray(Version()),
        },
    };

    private static JsonObject Version() => new()
    {
        ["name"] = Operator.Entities.Servers.CyrusServer.Version,
        ["served"] = true,
        ["storage"] = true,
        ["subresources"] = new JsonObject
        {
            ["status"] = new JsonObject(),
            ["scale"] = new JsonObject
            {
                ["specReplicasPath"] = ".spec.replicas",
                ["statusReplicasPath"] = ".status.replicas",
                ["labelSelectorPath"] = ".status.selector",
            },
        },
        ["additionalPrinterColumns"] = new JsonArray([.. Columns.Select(static column => new JsonObject
        {
            ["name"] = column.Name,
            ["type"] = column.Type,
            ["jsonPath"] = column.Path,
            ["description"] = column.Description,
        })]),
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = new SchemaBuilder().Build(EntitiesJson.Default.CyrusServer) },
    };
}
