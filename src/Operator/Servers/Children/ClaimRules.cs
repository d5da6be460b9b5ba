using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Children;

/// <summary>What is to be done with one volume claim.</summary>
/// <param name="Owners">The owner references that it shall have; null: as they are.</param>
/// <param name="Size">The size that it shall grow to; null: as it is.</param>
/// <param name="Problem">What is wanted and cannot be.</param>
internal sealed record ClaimStep(IReadOnlyList<V1OwnerReference>? Owners, string? Size, InputProblem? Problem);

/// <summary>
/// Volume claims outlive all else, so what may change of them is changed claim by claim: they grow, and they belong to the CyrusServer while its
/// volumes shall go with it. Pure.
/// </summary>
internal static class ClaimRules
{
    /// <summary>The claim templates and their part of the spec.</summary>
    public static IEnumerable<(string Template, string Field, VolumeSpec Wanted)> Volumes(CyrusServer server) =>
    [
        (StatefulSetBuilder.ConfigurationClaim, "spec.storage.configuration", server.Spec.Storage.Configuration),
        (StatefulSetBuilder.SpoolClaim, "spec.storage.spool", server.Spec.Storage.Spool),
    ];

    /// <summary>What is to be done with a claim; null when it is none of the server's.</summary>
    public static ClaimStep? Decide(CyrusServer server, V1PersistentVolumeClaim claim)
    {
        foreach (var (template, field, wanted) in Volumes(server))
        {
            if (!IsOf(claim.Metadata.Name!, $"{template}-{Names.StatefulSet(server)}-"))
                continue;
            var problem = CheckClass(field, wanted, claim) ?? CheckSize(field, wanted, claim);
            return new ClaimStep(Owners(server, claim), problem is null && MayGrow(wanted, claim) ? wanted.Size : null, problem);
        }
        return null;
    }

    /// <summary>
    /// The patch that makes the claim belong to the server, or not any more. Refused (409) when it has changed meanwhile: a patch replaces the whole list.
    /// </summary>
    public static JsonObject OwnersPatch(V1PersistentVolumeClaim claim, IReadOnlyList<V1OwnerReference> owners) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["resourceVersion"] = claim.Metadata.ResourceVersion,
            ["ownerReferences"] = owners.Count == 0
                ? null
                : new JsonArray([.. owners.Select(static owner => JsonSerializer.SerializeToNode(owner, KubernetesJson.Default.V1OwnerReference))]),
        },
    };

    /// <summary>The patch that makes the claim grow.</summary>
    public static JsonObject SizePatch(string size) => new()
    {
        ["spec"] = new JsonObject { ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = size } } },
    };

    // Not controller: that a StatefulSet may want to be (KEP-1847 does it likewise).
    private static List<V1OwnerReference>? Owners(CyrusServer server, V1PersistentVolumeClaim claim)
    {
        var there = claim.Metadata.OwnerReferences ?? [];
        var isOwned = there.Any(owner => owner.Uid == server.Metadata.Uid);
        var isWanted = server.Spec.Storage.Reclaim == StorageSpec.DeleteVolumes;
        if (isOwned == isWanted)
            return null;
        return isWanted ? [.. there, Reference(server)] : [.. there.Where(owner => owner.Uid != server.Metadata.Uid)];
    }

    private static V1OwnerReference Reference(CyrusServer server) => new()
    {
        ApiVersion = CyrusResources.Servers.ApiVersion,
        Kind = CyrusResources.Servers.Kind,
        Name = server.Metadata.Name!,
        Uid = server.Metadata.Uid!,
    };

    private static InputProblem? CheckClass(string field, VolumeSpec wanted, V1PersistentVolumeClaim claim) =>
        wanted.StorageClassName is null || wanted.StorageClassName == claim.Spec?.StorageClassName
            ? null
            : new(
                "StorageClassChanged",
                $"{field}.storageClassName is {wanted.StorageClassName}, but {Describe(claim)} has "
                + $"{claim.Spec?.StorageClassName ?? "none"}; a volume cannot change its class");

    private static InputProblem? CheckSize(string field, VolumeSpec wanted, V1PersistentVolumeClaim claim) =>
        Compare(wanted, claim) < 0
            ? new("StorageShrunk", $"{field}.size is {wanted.Size}, but {Describe(claim)} has {SizeOf(claim)}; a volume cannot shrink")
            : null;

    // Only a bound claim can grow (kubernetes pkg/apis/core/validation, ValidatePersistentVolumeClaimUpdate).
    private static bool MayGrow(VolumeSpec wanted, V1PersistentVolumeClaim claim) =>
        claim.Status?.Phase == "Bound" && Compare(wanted, claim) > 0;

    private static int Compare(VolumeSpec wanted, V1PersistentVolumeClaim claim) =>
        Quantity.TryParse(wanted.Size, out var size) && Quantity.TryParse(SizeOf(claim), out var there) ? size.CompareTo(there) : 0;

    private static string? SizeOf(V1PersistentVolumeClaim claim) =>
        claim.Spec?.Resources?.Requests?.TryGetValue("storage", out var size) == true ? size : null;

    private static string Describe(V1PersistentVolumeClaim claim) => $"PersistentVolumeClaim {ObjectKey.Of(claim)}";

    /// <summary>The prefix and a pod's ordinal: <c>spool-mail-0</c> is mail's, <c>spool-mail-2-0</c> is mail-2's.</summary>
    private static bool IsOf(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length && name.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;
}
