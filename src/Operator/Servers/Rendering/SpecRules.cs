using Operator.Entities.Servers;

namespace Operator.Servers.Rendering;

/// <summary>
/// All that can be said of a server's spec without a look at other objects: what the reconciler and the webhook both ask. Also the rules in CEL, for API
/// servers that do not know them. Pure.
/// </summary>
internal static class SpecRules
{
    /// <summary>The first thing that cannot be used, or null.</summary>
    public static InputProblem? Check(CyrusServer server) =>
        CheckServices(server) ?? ImapdConfRenderer.Check(server) ?? CheckSources(server) ?? TlsRules.Check(server) ?? ClientServiceRules.Check(server);

    /// <summary>Why it cannot be told what the server listens on, or null.</summary>
    public static InputProblem? CheckServices(CyrusServer server) => server.Spec is { Services: not null, CyrusConf: not null }
        ? new("ServicesInvalid", "spec: services and cyrusConf exclude each other")
        : Listeners.Check(server);

    private static InputProblem? CheckSources(CyrusServer server)
    {
        for (var index = 0; index < server.Spec.ImapdConfFrom?.Count; index++)
        {
            if (FaultOf(server.Spec.ImapdConfFrom[index]) is { } fault)
                return new("ImapdConfInvalid", $"spec.imapdConfFrom[{index}]: {fault}");
        }
        return null;
    }

    private static string? FaultOf(ImapdConfSource source)
    {
        if (source.SecretKeyRef is null == source.ConfigMapKeyRef is null)
            return "exactly one of secretKeyRef and configMapKeyRef is needed";
        var reference = source.SecretKeyRef ?? source.ConfigMapKeyRef!;
        if (!ObjectNames.IsName(reference.Name))
            return "its name can be none of an object; expected lower-case letters, digits, '-' and '.'";
        return ObjectNames.IsKey(reference.Key) ? null : "its key can be none; expected letters, digits, '-', '_' and '.'";
    }
}
