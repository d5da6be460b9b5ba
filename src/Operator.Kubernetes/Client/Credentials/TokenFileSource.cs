namespace Operator.Kubernetes.Client.Credentials;

/// <summary>
/// A bearer token in a file, which is read again each minute and after a 401: kubelet replaces service-account tokens within their
/// lifetime (csharp client #293).
/// </summary>
/// <param name="file">The file.</param>
/// <param name="fallback">A token to use as long as the file could not be read.</param>
/// <param name="time">For the age of what was read.</param>
internal sealed class TokenFileSource(string file, string? fallback, TimeProvider time) : ICredentialSource
{
    private static readonly TimeSpan s_maxAge = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private Credential? current;
    private long readAt;

    /// <inheritdoc/>
    public ValueTask<Credential> CurrentAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (current is null || time.GetElapsedTime(readAt) >= s_maxAge)
                current = Read();
            return new(current);
        }
    }

    /// <inheritdoc/>
    public bool Refused(Credential refused)
    {
        lock (gate)
        {
            if (current == refused)
                current = Read();
            return current?.Token != refused.Token;
        }
    }

    public void Dispose()
    {
    }

    /// <summary>A file that is away for a moment is no reason to forget a token that may still hold.</summary>
    private Credential Read()
    {
        var token = TryRead(out var error) ?? current?.Token ?? fallback;
        readAt = time.GetTimestamp();
        return token is null
            ? throw new KubernetesConfigException($"{file}: no token can be read from it.", error)
            : token == current?.Token ? current : new Credential { Token = token };
    }

    private string? TryRead(out Exception? error)
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
