using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Operator.Entities.Servers;

/// <summary>The persistent volumes of each pod.</summary>
public sealed record StorageSpec
{
    /// <summary>Volume for Cyrus' configdirectory (databases, sieve scripts, quota).</summary>
    public VolumeSpec Configuration { get; init => field = value ?? new(); } = new();

    /// <summary>Volume for the mail itself.</summary>
    public VolumeSpec Spool { get; init => field = value ?? new(); } = new();

    /// <summary>What becomes of the volumes when the CyrusServer is deleted. Retain: they stay, and a server of the same name takes them up again.</summary>
    [AllowedValues(RetainVolumes, DeleteVolumes)]
    [DefaultValue(RetainVolumes)]
    public string Reclaim { get; init => field = value ?? RetainVolumes; } = RetainVolumes;

    /// <summary>Value of <see cref="Reclaim"/>: the volumes stay.</summary>
    public const string RetainVolumes = "Retain";

    /// <summary>Value of <see cref="Reclaim"/>: the volumes are deleted, and all mail with them.</summary>
    public const string DeleteVolumes = "Delete";
}

/// <summary>One persistent volume.</summary>
[CelRule(
    "has(self.storageClassName) == has(oldSelf.storageClassName) && (!has(self.storageClassName) || self.storageClassName == oldSelf.storageClassName)",
    "storageClassName is immutable: a volume cannot change its class")]
public sealed record VolumeSpec
{
    /// <summary>
    /// Size, as a Kubernetes quantity. It may grow where the StorageClass allows expansion, while the server runs; it can never shrink.
    /// </summary>
    [RegularExpression("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$")]
    [DefaultValue("1Gi")]
    public string Size { get; init => field = value ?? "1Gi"; } = "1Gi";

    /// <summary>StorageClass; the cluster's default when left out. Immutable.</summary>
    public string? StorageClassName { get; init; }
}
