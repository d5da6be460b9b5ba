using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Operator.Kubernetes.Client;

namespace OperatorBench;

/// <summary>What the API server counts of its requests, whoever made them.</summary>
internal sealed partial class ApiMeter : IDisposable
{
    private readonly HttpClient http;

    /// <summary>Asks as the administrator.</summary>
    public ApiMeter(KubernetesClientConfig config)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        using var pem = X509Certificate2.CreateFromPem(config.ClientCertificate!, config.ClientKey!);
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509Certificate2.CreateFromPem(config.CertificateAuthority!) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)];
        http = new HttpClient(handler) { BaseAddress = config.Server };
    }

    /// <summary>Requests so far, by verb and kind; watches aside.</summary>
    public async Task<IReadOnlyDictionary<string, double>> ReadAsync(CancellationToken stop)
    {
        var counts = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), stop)).Split('\n'))
        {
            if (!line.StartsWith("apiserver_request_total{", StringComparison.Ordinal))
                continue;
            var labels = Label().Matches(line).ToDictionary(static one => one.Groups[1].Value, static one => one.Groups[2].Value, StringComparer.Ordinal);
            if (labels["verb"] is "WATCH" || labels["resource"].Length == 0)
                continue;
            var name = $"{labels["verb"]} {labels["resource"]}{(labels["subresource"].Length == 0 ? "" : "/" + labels["subresource"])}";
            counts[name] = counts.GetValueOrDefault(name) + double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }
        return counts;
    }

    /// <summary>The most frequent since an earlier look, in words, for each of so many servers.</summary>
    public async Task<string> TellAsync(IReadOnlyDictionary<string, double> earlier, int servers, CancellationToken stop)
    {
        var now = await ReadAsync(stop);
        var more = now.Select(one => (one.Key, Each: (one.Value - earlier.GetValueOrDefault(one.Key)) / servers)).Where(static one => one.Each >= 0.05);
        return string.Join(", ", more.OrderByDescending(static one => one.Each).Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Each:0.0}")));
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
