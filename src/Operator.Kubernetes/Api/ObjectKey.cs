namespace Operator.Kubernetes.Api;

/// <summary>Names an object of a known kind.</summary>
/// <param name="Namespace">Null for a cluster-scoped object.</param>
/// <param name="Name">The object's name.</param>
public readonly record struct ObjectKey(string? Namespace, string Name)
{
    /// <summary>The key of an object that has a name.</summary>
    /// <exception cref="ArgumentException">The object has no name.</exception>
    public static ObjectKey Of(IKubernetesObject resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (string.IsNullOrEmpty(resource.Metadata.Name))
            throw new ArgumentException($"The {resource.Kind} has no metadata.name.", nameof(resource));
        var space = resource.Metadata.Namespace;
        return new ObjectKey(string.IsNullOrEmpty(space) ? null : space, resource.Metadata.Name);
    }

    /// <summary><c>namespace/name</c>, or <c>name</c> when there is no namespace.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
