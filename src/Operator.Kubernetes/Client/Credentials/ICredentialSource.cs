using System.Net.Security;

namespace Operator.Kubernetes.Client.Credentials;

/// <summary>Where the credential of the next request comes from. Safe for concurrent use.</summary>
internal interface ICredentialSource : IDisposable
{
    /// <summary>The credential to use now.</summary>
    /// <exception cref="KubernetesConfigException">There is none to be had.</exception>
    ValueTask<Credential> CurrentAsync(CancellationToken cancellationToken);

    /// <summary>The server refused it.</summary>
    /// <returns>True when another one may be had, so that one more try makes sense.</returns>
    bool Refused(Credential refused);
}

/// <summary>Shows the server who we are. Not a record: its text form must never show it.</summary>
internal sealed class Credential
{
    /// <summary>Bearer token, or null.</summary>
    public string? Token { get; init; }

    /// <summary>A client certificate that may change; null when there is none, or one that stays with the client.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>Until when it holds; null when nobody said.</summary>
    public DateTimeOffset? Expires { get; init; }
}

/// <summary>Chooses the source that a configuration means.</summary>
internal static class CredentialSources
{
    /// <summary>A token or certificate that is given wins over a plugin (client-go exec.go, UpdateTransportConfig).</summary>
    public static ICredentialSource Create(KubernetesClientConfig config, TimeProvider time) => config switch
    {
        { TokenFile: not null } or { HasClientCertificateFile: true } => new FileCredentialSource(config, time),
        { Exec: { } exec, Token: null, ClientCertificate: null } => new ExecCredentialSource(new ExecPlugin(exec, config, time), time),
        _ => new FixedCredential(config.Token),
    };

    private sealed class FixedCredential(string? token) : ICredentialSource
    {
        private readonly Credential credential = new() { Token = token };

        public ValueTask<Credential> CurrentAsync(CancellationToken cancellationToken) => new(credential);

        public bool Refused(Credential refused) => false;

        public void Dispose()
        {
        }
    }
}
