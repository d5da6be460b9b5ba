namespace Operator.Kubernetes.Client;

/// <summary>A request as data; nothing has been sent.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="PathAndQuery">From the API server's root, escaped.</param>
/// <param name="Description">Verb, resource and key, for messages.</param>
public sealed record ApiRequest(HttpMethod Method, string PathAndQuery, string Description)
{
    /// <summary>The media type that is asked for.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>The media type of the body; null when there is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>Sending it twice does the same as once, so a refusal for overload may be answered by trying again.</summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary>What the server says to it may quote a secret.</summary>
    public bool IsSensitive { get; init; }
}
