using System.Net;
using Operator.Kubernetes.Queue;

namespace Operator.Kubernetes.Client;

/// <summary>
/// Which failures of a request are answered by sending it again, and when. No I/O and no clock. As client-go has it (rest/with_retry.go):
/// an answer that says when to come back, and a connection that breaks under a read; beyond that, answers of a server or proxy that is
/// overloaded or on its way, and writes only when twice is the same as once.
/// </summary>
internal static class RetryRules
{
    /// <summary>How often a request is sent at most.</summary>
    public const int MaxTries = 5;

    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromSeconds(10);
    private static readonly Backoff s_backoff = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8));

    /// <summary>How long to wait before the request is sent again; null when the failure is the result.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="error">What came of it.</param>
    /// <param name="tries">How often it was sent.</param>
    /// <param name="left">Time to the call's deadline. A wait that would not end before it is pointless.</param>
    /// <param name="jitter">A random number from 0 to 1.</param>
    public static TimeSpan? Wait(ApiRequest request, Exception error, int tries, TimeSpan left, double jitter)
    {
        var asked = (error as ApiException)?.RetryAfter ?? TimeSpan.Zero;
        if (tries >= MaxTries || asked > s_longestRetryAfter || !MayRepeat(request, error))
            return null;
        var wait = asked + s_backoff.After(tries, jitter); // never earlier than asked, and not all at once
        return wait < left ? wait : null;
    }

    private static bool MayRepeat(ApiRequest request, Exception error) => error switch
    {
        ApiException answer => request.IsIdempotent && IsPassing(answer),
        HttpRequestException broken => request.Method == HttpMethod.Get && BrokeOff(broken),
        _ => false,
    };

    /// <summary>A plain 500 is not among them: a webhook that fails, or a bug, fails again.</summary>
    private static bool IsPassing(ApiException answer) => answer.StatusCode switch
    {
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway => true,
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => true,
        >= HttpStatusCode.InternalServerError => answer.RetryAfter is not null,
        _ => false,
    };

    /// <summary>
    /// The connection was there and was lost before the answer. One that cannot be made is left to the caller, who knows better how
    /// long a server may be away.
    /// </summary>
    private static bool BrokeOff(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError => true,
        HttpRequestError.Unknown => error.InnerException is IOException,
        _ => false,
    };
}
