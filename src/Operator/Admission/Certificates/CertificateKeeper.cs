using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Operator.Hosting;

namespace Operator.Admission.Certificates;

/// <summary>
/// Keeps the webhook's certificate: looks at the Secret every few minutes, on every replica, renews what is due, has the API server trust the authority,
/// and only then serves. Whoever connects from then on sees the newest; nothing is restarted.
/// </summary>
internal sealed partial class CertificateKeeper(
    CertificateStore store, IReadOnlyList<string> names, TimeProvider time, ILogger<CertificateKeeper> logger) : BackgroundService, IReadiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);
    private volatile Served? served;

    private sealed record Served(X509Certificate2 Certificate, string Pem);

    /// <summary>What a new connection gets; null while there is nothing.</summary>
    public X509Certificate2? Current => served?.Certificate;

    /// <inheritdoc/>
    public IEnumerable<string> NotReady() => served is null ? ["the webhook has no certificate yet"] : [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Retry;
            try
            {
                if (await LookAsync(stoppingToken))
                    wait = Interval;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, error);
            }
            await Task.Delay(wait, time, stoppingToken);
        }
    }

    /// <summary>One look.</summary>
    /// <returns>Whether all is as it should be.</returns>
    private async Task<bool> LookAsync(CancellationToken stop)
    {
        var secret = await store.ReadAsync(stop);
        var kept = KeptCertificates.From(secret);
        var now = time.GetUtcNow();
        var step = RenewalRules.Decide(kept, names, now);
        if (kept is null || step != Renewal.None)
        {
            kept = CertificateIssuer.Renew(step, kept, names, now);
            if (!await store.TryWriteAsync(secret, kept, stop))
                return false;
            Log.Renewed(logger, step);
        }
        var isAsked = await store.TrustAsync(kept.Authorities, stop);
        Serve(kept);
        return isAsked;
    }

    private void Serve(KeptCertificates kept)
    {
        if (served?.Pem == kept.Leaf)
            return;
        var certificate = X509Certificate2.CreateFromPem(kept.Leaf, kept.PrivateKey);
        // The one before is left to the garbage collector: a handshake may be under way with it.
        served = new Served(certificate, kept.Leaf);
        Log.Serving(logger, certificate.GetCertHashString(HashAlgorithmName.SHA256), certificate.NotAfter.ToUniversalTime());
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The webhook's certificates were renewed: {Step}.")]
        public static partial void Renewed(ILogger logger, Renewal step);

        [LoggerMessage(LogLevel.Information, "The webhook serves the certificate {Sha256}, valid until {NotAfter:O}.")]
        public static partial void Serving(ILogger logger, string sha256, DateTime notAfter);

        [LoggerMessage(LogLevel.Warning, "The webhook's certificate could not be looked after; it will be tried again.")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
