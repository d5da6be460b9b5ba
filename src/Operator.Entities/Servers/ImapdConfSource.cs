using System.ComponentModel;

namespace Operator.Entities.Servers;

/// <summary>Text that is appended to imapdConf: a key of a Secret, for passwords, or of a ConfigMap.</summary>
[CelRule("has(self.secretKeyRef) != has(self.configMapKeyRef)", "exactly one of secretKeyRef and configMapKeyRef is needed")]
public sealed record ImapdConfSource
{
    /// <summary>A key of a Secret in the same namespace.</summary>
    public KeyReference? SecretKeyRef { get; init; }

    /// <summary>A key of a ConfigMap in the same namespace.</summary>
    public KeyReference? ConfigMapKeyRef { get; init; }
}

/// <summary>One key of an object in the same namespace.</summary>
public sealed record KeyReference
{
    /// <summary>The object's name.</summary>
    [NotEmpty]
    public required string Name { get; init; }

    /// <summary>The key.</summary>
    [NotEmpty]
    public required string Key { get; init; }

    /// <summary>While true, a missing object or key counts as empty.</summary>
    [DefaultValue(false)]
    public bool Optional { get; init; }
}
