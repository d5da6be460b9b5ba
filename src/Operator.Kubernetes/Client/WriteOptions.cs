namespace Operator.Kubernetes.Client;

/// <summary>How a write is meant. A text stands for options that only name the field manager.</summary>
public sealed record WriteOptions
{
    /// <summary>
    /// Whose the written fields are; at most 128 printable characters, and the same in every version of a program. An apply needs it;
    /// for other writes the server makes it up from the user agent when it is null.
    /// </summary>
    public string? FieldManager { get; init; }

    /// <summary>The server does all but store it: admission and validation answer, nothing is written.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// For applies: take fields over that another manager has set to something else. True by default, as a controller should have it
    /// (kubernetes.io, "Server-Side Apply"); when false they are a 409 with <see cref="ApiException.FieldConflicts"/>.
    /// </summary>
    public bool Force { get; init; } = true;

    /// <summary>Options that name the field manager.</summary>
    public static implicit operator WriteOptions(string fieldManager) => FromString(fieldManager);

    /// <summary>Options that name the field manager.</summary>
    public static WriteOptions FromString(string fieldManager) => new() { FieldManager = fieldManager };
}

/// <summary>What becomes of an object's dependents.</summary>
public enum PropagationPolicy
{
    /// <summary>They go after it.</summary>
    Background,

    /// <summary>They go before it.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}

/// <summary>How a deletion is meant.</summary>
public sealed record DeleteOptions
{
    /// <summary>What becomes of dependents; in the background by default.</summary>
    public PropagationPolicy Propagation { get; init; } = PropagationPolicy.Background;

    /// <summary>Only the object with this uid, not a namesake that was made since: 409 otherwise.</summary>
    public string? Uid { get; init; }

    /// <summary>Only while it has this version: 409 otherwise.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Seconds that the object has to end in; the kind's default when null.</summary>
    public int? GracePeriodSeconds { get; init; }

    /// <summary>The server does all but delete it.</summary>
    public bool DryRun { get; init; }
}
