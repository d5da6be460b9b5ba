namespace Operator.Kubernetes.Client;

/// <summary>
/// The bearer token of the next request. A token file is read again each minute and after a 401: kubelet replaces
/// service-account tokens within their lifetime (csharp client #293).
/// </summary>
internal sealed class TokenSource(KubernetesClientConfig config, TimeProvider time)
{
    private static readonly TimeSpan s_maxAge = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private string? token;
    private long readAt;

    /// <summary>The token, or null when the credentials are a client certificate or none.</summary>
    /// <exception cref="KubernetesConfigException">The file cannot be read, is empty, and never could be.</exception>
    public string? Current()
    {
        if (config.TokenFile is not { } file)
            return config.Token;
        lock (gate)
        {
            if (token is null || time.GetElapsedTime(readAt) >= s_maxAge)
                Read(file);
            return token;
        }
    }

    /// <summary>The server refused the token.</summary>
    /// <returns>True when another one may be had, so that one more try makes sense.</returns>
    public bool Refused(string? refused)
    {
        if (config.TokenFile is not { } file)
            return false;
        lock (gate)
        {
            if (token == refused)
                Read(file);
            return token != refused;
        }
    }

    private void Read(string file)
    {
        var fresh = TryRead(file, out var error);
        if (fresh is null && token is null)
            throw new KubernetesConfigException($"{file}: no token can be read from it.", error);
        token = fresh ?? token; // a file that is away for a moment is no reason to forget a token that may still hold
        readAt = time.GetTimestamp();
    }

    private static string? TryRead(string file, out Exception? error)
    {
        error = null;
        try
        {
            var text = File.ReadAllText(file).Trim();
            return text.Length == 0 ? null : text;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = failure;
            return null;
        }
    }
}
