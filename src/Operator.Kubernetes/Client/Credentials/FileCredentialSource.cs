using System.Net.Security;

namespace Operator.Kubernetes.Client.Credentials;

/// <summary>
/// A token or a client certificate in files, which are read again each minute and after a 401: kubelet replaces service-account tokens
/// within their lifetime (csharp client #293), and whoever issues short-lived certificates does the same with those.
/// </summary>
internal sealed class FileCredentialSource(KubernetesClientConfig config, TimeProvider time) : ICredentialSource
{
    private static readonly TimeSpan s_maxAge = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private Credential? current;
    private (string Certificate, string Key) pair; // of which the current certificate was made
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
            return current != refused;
        }
    }

    public void Dispose()
    {
    }

    /// <summary>What is away for a moment, or half replaced, is no reason to forget what may still hold.</summary>
    private Credential Read()
    {
        readAt = time.GetTimestamp();
        var token = config.TokenFile is { } file ? ReadToken(file) : config.Token;
        var certificate = ReadCertificate();
        return current is not null && token == current.Token && certificate == current.Certificate
            ? current
            : new Credential { Token = token, Certificate = certificate };
    }

    private string ReadToken(string file) =>
        TryRead(file, out var error) ?? current?.Token ?? config.Token
        ?? throw new KubernetesConfigException($"{file}: no token can be read from it.", error);

    private SslStreamCertificateContext? ReadCertificate()
    {
        if (!config.HasClientCertificateFile)
            return null;
        try
        {
            var certificate = Text(config.ClientCertificate, config.ClientCertificateFile);
            var key = Text(config.ClientKey, config.ClientKeyFile);
            if (current is not null && (certificate, key) == pair)
                return current.Certificate;
            var fresh = ClientCertificates.Create(certificate, key, config.ClientCertificateFile ?? config.ClientKeyFile!);
            pair = (certificate, key);
            return fresh;
        }
        catch (KubernetesConfigException) when (current?.Certificate is not null)
        {
            return current.Certificate;
        }
    }

    private static string Text(string? inline, string? file)
    {
        Exception? error = null;
        return inline ?? TryRead(file!, out error) ?? throw new KubernetesConfigException($"{file}: nothing can be read from it.", error);
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
