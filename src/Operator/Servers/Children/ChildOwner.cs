using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Children;

/// <summary>Whether an object is a server's own. Names are plain, so that somebody else's object may have taken one.</summary>
internal static class ChildOwner
{
    /// <summary>The server is the one owner that manages the object.</summary>
    public static bool IsOurs(CyrusServer server, V1ObjectMeta live) => Controller(live)?.Uid == server.Metadata.Uid;

    /// <summary>
    /// Why the object must be left alone; null when it may be written. One without an owner is taken up if it was made for the server, as after a restore
    /// from a backup.
    /// </summary>
    public static InputProblem? Check(CyrusServer server, string child, V1ObjectMeta live)
    {
        if (IsOurs(server, live))
            return null;
        if (Controller(live) is { } other)
            return Taken(child, $"belongs to {other.Kind} {other.Name} (uid {other.Uid})");
        return live.Labels?.TryGetValue(AnnotationKeys.ServerLabel, out var name) == true && name == server.Metadata.Name
            ? null
            : Taken(child, "is there already and was not made for this server");
    }

    private static InputProblem Taken(string child, string why) =>
        new("ChildNotOurs", $"{child} {why}; it is left alone. Rename or remove it, or give the CyrusServer another name");

    private static V1OwnerReference? Controller(V1ObjectMeta live) =>
        live.OwnerReferences?.FirstOrDefault(static owner => owner.Controller == true);
}
