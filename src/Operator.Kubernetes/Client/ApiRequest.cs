namespace Operator.Kubernetes.Client;

/// <summary>A request as data; nothing has been sent.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="PathAndQuery">From the API server's root, escaped.</param>
public sealed record ApiRequest(HttpMethod Method, string PathAndQuery)
{
    /// <summary>What is done, as one word: get, list, watch, create, apply, patch, delete. Few values: good for a metric's label.</summary>
    public required string Verb { get; init; }

    /// <summary>The plural with its group, such as <c>statefulsets.apps</c>. As many values as kinds are used.</summary>
    public required string Resource { get; init; }

    /// <summary><c>status</c>, <c>scale</c>, or empty.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The object's key, or where it is looked for. Without a limit: for messages, never for a label.</summary>
    public string Target { get; init; } = "";

    /// <summary>Verb, resource and key, for messages: <c>apply statefulsets.apps mail/one</c>.</summary>
    public string Description => $"{Verb} {Resource}{(Subresource.Length == 0 ? "" : "/")}{Subresource} {Target}".TrimEnd();

    /// <summary>The media type that is asked for.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>The media type of the body; null when there is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>Sending it twice does the same as once, so it may be sent again after a passing failure.</summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary>What the server says to it may quote a secret.</summary>
    public bool IsSensitive { get; init; }
}
