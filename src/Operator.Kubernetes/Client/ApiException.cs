using System.Net;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>
/// The API server's answer was not a success. The message says verb, resource, key and what the server said; it never holds a
/// request body.
/// </summary>
public sealed class ApiException : Exception
{
    /// <summary>An answer that was not a success.</summary>
    /// <param name="request">What was asked, such as <c>apply statefulsets.apps mail/one</c>.</param>
    /// <param name="statusCode">The HTTP status, or the code of an ERROR event.</param>
    /// <param name="status">What the server said, when it said it as a Status object.</param>
    /// <param name="retryAfter">How long the server wants to be left alone.</param>
    public ApiException(string request, HttpStatusCode statusCode, V1Status? status = null, TimeSpan? retryAfter = null)
        : base(Describe(request, statusCode, status))
    {
        StatusCode = statusCode;
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status, or the code of an ERROR event.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>What the server said; null when it was no Status object.</summary>
    public V1Status? Status { get; }

    /// <summary>How long the server wants to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>410, as an answer or as an event: the version or page token is too old. Only a full list helps.</summary>
    public bool IsGone => StatusCode == HttpStatusCode.Gone || Status?.Reason is "Expired" or "Gone";

    /// <summary>404: no such object, or no such kind.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>409: the object has changed in between. Read again and decide again.</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && !IsAlreadyExists;

    /// <summary>409 to a create: the name is taken.</summary>
    public bool IsAlreadyExists => StatusCode == HttpStatusCode.Conflict && Status?.Reason == "AlreadyExists";

    /// <summary>
    /// Which fields belong to whom, when an apply without force was refused for them. Empty otherwise; a conflict of versions has none.
    /// </summary>
    public IReadOnlyList<FieldConflict> FieldConflicts =>
        [.. (Status?.Details?.Causes ?? []).Where(static cause => cause is { Reason: FieldConflict.Reason }).Select(FieldConflict.Parse)];

    /// <summary>Not now: the server is busy, or an eviction would break a PodDisruptionBudget.</summary>
    public bool IsTooManyRequests => StatusCode == HttpStatusCode.TooManyRequests;

    /// <summary>403: a right is missing; the message says which.</summary>
    public bool IsForbidden => StatusCode == HttpStatusCode.Forbidden;

    /// <summary>403: nothing new can be made in a namespace that is on its way out (core/v1 NamespaceTerminatingCause).</summary>
    public bool IsNamespaceTerminating =>
        IsForbidden && Status?.Details?.Causes?.Any(static cause => cause is { Reason: "NamespaceTerminating" }) == true;

    private static string Describe(string request, HttpStatusCode statusCode, V1Status? status)
    {
        var said = status?.Message ?? status?.Reason;
        var answer = $"{request}: {(int)statusCode} {status?.Reason ?? statusCode.ToString()}";
        return said is null ? answer : $"{answer}: {said}";
    }
}
