namespace Operator.Entities.Servers;

/// <summary>In the CRD, the list is a map keyed by this property (<c>x-kubernetes-list-type: map</c>).</summary>
/// <param name="key">JSON name of the key property.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapKeyAttribute(string key) : Attribute
{
    /// <summary>JSON name of the key property.</summary>
    public string Key { get; } = key;
}

/// <summary>In the CRD, the text or the list must not be empty.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotEmptyAttribute : Attribute;
