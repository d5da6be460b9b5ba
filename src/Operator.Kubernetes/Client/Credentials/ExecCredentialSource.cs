namespace Operator.Kubernetes.Client.Credentials;

/// <summary>
/// The credential of a plugin. It is kept until it expires or the server refuses it; the plugin is never run twice at once.
/// </summary>
internal sealed class ExecCredentialSource(ExecPlugin plugin, TimeProvider time) : ICredentialSource
{
    private readonly SemaphoreSlim turn = new(1);
    private Credential? current;

    /// <inheritdoc/>
    public async ValueTask<Credential> CurrentAsync(CancellationToken cancellationToken)
    {
        if (Valid() is { } known)
            return known;
        await turn.WaitAsync(cancellationToken);
        try
        {
            return Valid() ?? await RenewAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public bool Refused(Credential refused)
    {
        Interlocked.CompareExchange(ref current, null, refused);
        return true;
    }

    public void Dispose() => turn.Dispose();

    private Credential? Valid()
    {
        var known = Volatile.Read(ref current);
        return known?.Expires <= time.GetUtcNow() ? null : known;
    }

    private async Task<Credential> RenewAsync(CancellationToken cancellationToken)
    {
        var fresh = await plugin.RunAsync(cancellationToken);
        Volatile.Write(ref current, fresh);
        return fresh;
    }
}
