using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Generate;

/// <summary>A structural OpenAPI v3 schema from a type: JsonSchemaExporter's, in the dialect that CRDs speak.</summary>
internal sealed class SchemaBuilder
{
    /// <summary>Key of the rules in the Common Expression Language.</summary>
    public const string Validations = "x-kubernetes-validations";

    private const string PreserveUnknown = "x-kubernetes-preserve-unknown-fields";

    private readonly DocComments docs = new(typeof(CyrusServer).Assembly, typeof(V1ObjectMeta).Assembly);

    private readonly JsonSchemaExporterOptions options;

    /// <summary>Makes a builder.</summary>
    public SchemaBuilder() => options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    /// <summary>Builds the schema of a resource's root type.</summary>
    public JsonObject Build(JsonTypeInfo root)
    {
        var schema = root.GetJsonSchemaAsNode(options).AsObject();
        var properties = schema["properties"]!.AsObject();
        // The API server brings its own schema for metadata.
        properties["metadata"] = new JsonObject { ["type"] = "object" };
        schema["required"] = new JsonArray("spec");
        return schema;
    }

    private JsonObject Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        // "true" stands for a type behind a converter of its own; "$ref" for one that was met before, which a CRD cannot say.
        var schema = node as JsonObject ?? [];
        if (schema.ContainsKey("$ref"))
            schema = context.TypeInfo.GetJsonSchemaAsNode(options).AsObject();
        var result = new JsonObject();
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (Description(context) is { Length: > 0 } description)
            result["description"] = description;
        SetType(type, schema, result);
        foreach (var key in (string[])["properties", "additionalProperties", "items", "required"])
        {
            if (schema[key] is { } value)
                result[key] = value.DeepClone();
        }
        // Items of any form are "true", too, which the exporter leaves out and a CRD may not.
        if ((string?)result["type"] == "array" && result["items"] is null)
            result["items"] = new JsonObject { ["type"] = "object", [PreserveUnknown] = true };
        if (type.GetCustomAttributes<CelRuleAttribute>().ToList() is { Count: > 0 } rules)
            result[Validations] = new JsonArray([.. rules.Select(static rule => new JsonObject { ["rule"] = rule.Rule, ["message"] = rule.Message })]);
        if (schema["enum"] is JsonArray values)
            result["enum"] = new JsonArray([.. values.Where(static value => value is not null).Select(static value => value!.DeepClone())]);
        else if (type.IsEnum)
            result["enum"] = new JsonArray([.. Enum.GetNames(type).Select(static word => JsonValue.Create(word))]); // behind a converter of its own
        if (context.PropertyInfo?.AttributeProvider is MemberInfo member)
            Constrain(member, result);
        return result;
    }

    private static void SetType(Type type, JsonObject schema, JsonObject result)
    {
        var name = schema["type"] is JsonArray several ? several.Select(static one => (string)one!).First(static one => one != "null") : (string?)schema["type"];
        // A custom converter hides the type from the exporter.
        if (type == typeof(DateTimeOffset))
            (name, result["format"]) = ("string", "date-time");
        if (type.IsEnum)
            name = "string";
        if (type == typeof(int) || type == typeof(long))
            (name, result["format"]) = ("integer", type == typeof(int) ? "int32" : "int64");
        if (type == typeof(double))
            name = "number";
        if (type == typeof(JsonElement))
            name = "object";
        if (name is not null)
            result["type"] = name;
        if (name is null || type == typeof(JsonElement))
            result[PreserveUnknown] = true;
    }

    private static void Constrain(MemberInfo member, JsonObject schema)
    {
        if (member.GetCustomAttribute<RangeAttribute>() is { } range)
            (schema["minimum"], schema["maximum"]) = ((int)range.Minimum, (int)range.Maximum);
        if (member.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
            schema["pattern"] = pattern.Pattern;
        if (member.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            schema["enum"] = new JsonArray([.. allowed.Values.Select(static value => JsonValue.Create((string)value!))]);
        if (member.GetCustomAttribute<NotEmptyAttribute>() is not null)
            schema[(string?)schema["type"] == "array" ? "minItems" : "minLength"] = 1;
        schema["default"] = member.GetCustomAttribute<DefaultValueAttribute>()?.Value switch
        {
            string text => JsonValue.Create(text),
            bool flag => JsonValue.Create(flag),
            int number => JsonValue.Create(number),
            _ => null,
        };
        if (schema["default"] is null)
            schema.Remove("default");
        if (member.GetCustomAttribute<ListMapKeyAttribute>() is { } map)
            (schema["x-kubernetes-list-type"], schema["x-kubernetes-list-map-keys"]) = ("map", new JsonArray(map.Key));
    }

    private string Description(JsonSchemaExporterContext context) =>
        context.PropertyInfo?.AttributeProvider is MemberInfo member ? docs.Summary(member) : docs.Summary(context.TypeInfo.Type);
}
