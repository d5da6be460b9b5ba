using System.Runtime.InteropServices;
using System.Text.Json;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers;
using Operator.Servers.Rendering;

namespace Operator.Admission;

/// <summary>
/// Says of a CyrusServer what the reconciler would say of it later: the same checks, before it is stored. Whatever is not a new spec passes, so that
/// nothing that was stored once can get stuck. Pure.
/// </summary>
internal static class AdmissionRules
{
    /// <summary>The answer to a question.</summary>
    public static V1AdmissionResponse Answer(V1AdmissionRequest request)
    {
        try
        {
            return Judge(request);
        }
        catch (InvalidOperationException)
        {
            // A name or a text with half a character in it, or with bytes that are no UTF-8, which is seen when it is looked at.
            return Refuse(request, new("Unreadable", "the object has a text that is none"));
        }
    }

    private static V1AdmissionResponse Judge(V1AdmissionRequest request)
    {
        if (!IsAboutServers(request) || request.Object is not { ValueKind: JsonValueKind.Object } raw)
            return Allow(request);
        if (IsBeingDeleted(raw) || IsSameSpec(raw, request.OldObject))
            return Allow(request);
        if (Read(raw, out var path) is not { } server)
            return Refuse(request, new("Unreadable", $"{path} is nothing that this version of the operator can read"));
        if (SpecRules.Check(server) is { } problem)
            return Refuse(request, problem);
        var old = request.OldObject is { ValueKind: JsonValueKind.Object } before ? Read(before, out _) : null;
        return Allow(request, ChangePreview.Of(old, server));
    }

    // A status has its own subresource, which the configuration of the webhook leaves out; one that asks for more is answered all the same.
    private static bool IsAboutServers(V1AdmissionRequest request) =>
        request.Operation is "CREATE" or "UPDATE"
        && string.IsNullOrEmpty(request.SubResource)
        && request.Kind is { Group: CyrusServer.Group } kind
        && kind.Kind == CyrusResources.Servers.Kind;

    private static bool IsBeingDeleted(JsonElement server) =>
        Member(Member(server, "metadata"), "deletionTimestamp") is { ValueKind: not JsonValueKind.Null };

    /// <summary>By the bytes: the API server writes both objects in the same way, and what cannot be read can be compared, too.</summary>
    private static bool IsSameSpec(JsonElement server, JsonElement? old)
    {
        if (old is null)
            return false;
        return (Member(server, "spec"), Member(old, "spec")) switch
        {
            ({ } one, { } other) => JsonMarshal.GetRawUtf8Value(one).SequenceEqual(JsonMarshal.GetRawUtf8Value(other)),
            (null, null) => true,
            _ => false,
        };
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;

    private static CyrusServer? Read(JsonElement raw, out string? path)
    {
        path = null;
        try
        {
            path = Nulls.Find(raw);
            return path is null ? raw.Deserialize(EntitiesJson.Default.CyrusServer) : null;
        }
        catch (JsonException error)
        {
            // Where, but not the message, which may quote a value. The path starts with "$.".
            path = error.Path is { Length: > 2 } at ? at[2..] : "the object";
            return null;
        }
    }

    private static V1AdmissionResponse Allow(V1AdmissionRequest request, IReadOnlyList<string>? warnings = null) =>
        new() { Uid = request.Uid!, Allowed = true, Warnings = warnings is { Count: > 0 } ? warnings : null };

    private static V1AdmissionResponse Refuse(V1AdmissionRequest request, InputProblem problem) => new()
    {
        Uid = request.Uid!,
        Allowed = false,
        Status = new V1Status
        {
            Status = "Failure",
            Code = StatusCodes.Status422UnprocessableEntity,
            Reason = problem.Reason,
            Message = problem.Message,
        },
    };
}
