using System.Collections.Concurrent;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>
/// Tells what the API server offers, so that a part of an operator can do without what is not there. Answers are kept for a while: a
/// kind that is installed or removed later is seen after that. Safe for concurrent use.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="time">For the age of answers.</param>
/// <param name="maxAge">How long an answer holds; one minute by default.</param>
public sealed class ApiDiscovery(IKubernetesClient client, TimeProvider time, TimeSpan? maxAge = null)
{
    private readonly TimeSpan maxAge = maxAge ?? TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string Group, string Version), Answer> answers = [];

    /// <summary>Whether the kind, and its subresource when one is meant, is served.</summary>
    /// <exception cref="ApiException">The server could not say, such as 503 while an aggregated API is away; nothing is kept.</exception>
    public Task<bool> IsServedAsync<T>(Resource<T> resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        var name = resource.Subresource.Length == 0 ? resource.Plural : $"{resource.Plural}/{resource.Subresource}";
        return IsServedAsync(resource.Group, resource.Version, name, cancellationToken);
    }

    /// <summary>Whether the resource is served in that very version.</summary>
    /// <param name="group">API group; empty for the core group.</param>
    /// <param name="version">API version, such as <c>v1</c>.</param>
    /// <param name="plural">The kind in URLs, such as <c>poddisruptionbudgets</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The server could not say.</exception>
    public async Task<bool> IsServedAsync(string group, string version, string plural, CancellationToken cancellationToken)
    {
        var key = (group, version);
        if (!answers.TryGetValue(key, out var answer) || time.GetElapsedTime(answer.ReadAt) >= maxAge)
        {
            var list = await client.DiscoverAsync(group, version, cancellationToken);
            answer = answers[key] = new Answer([.. list?.Resources.Select(one => one.Name) ?? []], time.GetTimestamp());
        }
        return answer.Names.Contains(plural);
    }

    /// <summary>Asks again at the next question: for callers that have just seen a kind come or go.</summary>
    public void Forget() => answers.Clear();

    private sealed record Answer(HashSet<string> Names, long ReadAt);
}
