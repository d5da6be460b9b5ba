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

/// <summary>
/// A rule that newer API servers check themselves (<c>x-kubernetes-validations</c>, KEP-2876, on by default since Kubernetes 1.25). Older ones do not know it,
/// so the same is checked in the reconciler.
/// </summary>
/// <param name="rule">In the Common Expression Language, about <c>self</c>; one that names <c>oldSelf</c> is asked at changes only.</param>
/// <param name="message">What the user is told.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class CelRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>The expression.</summary>
    public string Rule { get; } = rule;

    /// <summary>What the user is told.</summary>
    public string Message { get; } = message;
}
