namespace Operator.Kubernetes.Events;

/// <summary>How an event is meant.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Somebody should look at it.</summary>
    Warning,
}

/// <summary>Who reports events.</summary>
/// <param name="Controller">The program: a qualified name such as <c>cyrus-operator</c> or <c>example.com/operator</c>.</param>
/// <param name="Instance">Which instance of it: the pod's name.</param>
public sealed record EventReporter(string Controller, string Instance);
