using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Operator.Kubernetes.Client.Credentials;

/// <summary>
/// Runs a credential plugin (KEP-541). What it prints is the credential and never gets into a message; what it writes on its standard
/// error is for people and goes to our own, as with client-go.
/// </summary>
internal sealed class ExecPlugin(ExecPluginOptions options, KubernetesClientConfig config, TimeProvider time)
{
    private const int MaxOutput = 1024 * 1024;

    /// <summary>Runs it once.</summary>
    /// <exception cref="KubernetesConfigException">
    /// There is no such command, it fails or takes too long, or what it prints is no credential.
    /// </exception>
    public async Task<Credential> RunAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Start();
        try
        {
            var output = await ReadAsync(process.StandardOutput.BaseStream, either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0 ? Parse(output) : throw Error($"ended with exit code {process.ExitCode}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Error($"did not end within {options.TimeLimit.TotalSeconds} s");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Find(), options.Arguments)
        {
            RedirectStandardInput = true, // there is nobody to ask: it reads the end at once
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in options.Environment)
            start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = JsonSerializer.Serialize(Told(), ExecJson.Default.ExecCredential);
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception error)
        {
            throw Error($"cannot be started: {error.Message}", error);
        }
    }

    /// <summary>In PATH only. Process would look into our own directory and the working directory before.</summary>
    private string Find()
    {
        if (options.Command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return File.Exists(options.Command) ? options.Command : throw Error($"does not exist{Hint}");
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, options.Command))
            .FirstOrDefault(File.Exists) ?? throw Error($"is not in PATH{Hint}");
    }

    private ExecCredential Told() => new()
    {
        ApiVersion = options.ApiVersion,
        Kind = "ExecCredential",
        Spec = new ExecCredentialSpec { Cluster = options.ProvideClusterInfo ? Cluster() : null },
    };

    private ExecCluster Cluster() => new()
    {
        Server = config.Server.OriginalString,
        TlsServerName = config.TlsServerName,
        InsecureSkipTlsVerify = config.SkipTlsVerify ? true : null,
        CertificateAuthorityData = config.CertificateAuthority is { } authority ? Encoding.UTF8.GetBytes(authority)
            : config.CertificateAuthorityFile is { } file ? File.ReadAllBytes(file) : null,
        ProxyUrl = config.Proxy?.OriginalString,
        Config = options.ClusterConfig,
    };

    private async Task<byte[]> ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        using var all = new MemoryStream();
        while (await output.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (all.Length + count > MaxOutput)
                throw Error($"printed more than {MaxOutput} bytes");
            all.Write(buffer, 0, count);
        }
        return all.ToArray();
    }

    private Credential Parse(byte[] output)
    {
        var answer = Deserialize(output);
        if (answer.Kind != "ExecCredential" || answer.ApiVersion != options.ApiVersion)
            throw Error($"did not print an ExecCredential of {options.ApiVersion}");
        var status = answer.Status ?? new ExecCredentialStatus();
        if (Missing(status.ClientCertificateData) != Missing(status.ClientKeyData))
            throw Error("printed a client certificate without its key, or a key without its certificate");
        if (Missing(status.Token) && Missing(status.ClientKeyData))
            throw Error("printed neither a token nor a client certificate");
        return new Credential
        {
            Token = Missing(status.Token) ? null : status.Token,
            Certificate = Missing(status.ClientKeyData)
                ? null
                : ClientCertificates.Create(status.ClientCertificateData!, status.ClientKeyData!, $"{options.Origin}: '{options.Command}'"),
            Expires = status.ExpirationTimestamp,
        };
    }

    private ExecCredential Deserialize(byte[] output)
    {
        try
        {
            return JsonSerializer.Deserialize(output, ExecJson.Default.ExecCredential) ?? new ExecCredential();
        }
        catch (JsonException)
        {
            // Not even the parser's words: they may quote a piece of the output.
            throw Error("did not print JSON");
        }
    }

    private string Hint => options.InstallHint is { Length: > 0 } hint ? $": {hint.Trim()}" : "";

    private static bool Missing(string? text) => string.IsNullOrEmpty(text);

    private KubernetesConfigException Error(string what, Exception? inner = null) =>
        new($"{options.Origin}: '{options.Command}' {what}.", inner);
}
