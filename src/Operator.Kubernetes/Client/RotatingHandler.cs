using System.Net.Security;

namespace Operator.Kubernetes.Client;

/// <summary>
/// A connection keeps the client certificate that it was opened with, and the API server refuses an expired one also on a connection
/// that is open. So there is a pool of connections for each certificate; the last two are kept, so that a request that is just being
/// sent with the former is not torn away.
/// </summary>
/// <param name="create">Makes the pool for a certificate; null for none.</param>
internal sealed class RotatingHandler(Func<SslStreamCertificateContext?, HttpMessageHandler> create) : HttpMessageHandler
{
    private static readonly HttpRequestOptionsKey<SslStreamCertificateContext?> s_certificate = new("client-certificate");
    private readonly Lock gate = new();
    private Pool? newest;
    private Pool? former;

    /// <summary>Says which certificate a request shall be made with; nothing is done to it when it is null.</summary>
    public static void Choose(HttpRequestMessage request, SslStreamCertificateContext? certificate)
    {
        if (certificate is not null)
            request.Options.Set(s_certificate, certificate);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.TryGetValue(s_certificate, out var certificate);
        return For(certificate).SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            newest?.Connections.Dispose();
            former?.Connections.Dispose();
        }
        base.Dispose(disposing);
    }

    private HttpMessageInvoker For(SslStreamCertificateContext? certificate)
    {
        lock (gate)
        {
            if (newest is not null && newest.Certificate == certificate)
                return newest.Connections;
            if (former is not null && former.Certificate == certificate)
                return former.Connections;
            former?.Connections.Dispose();
            former = newest;
            newest = new Pool(certificate, new HttpMessageInvoker(create(certificate)));
            return newest.Connections;
        }
    }

    private sealed record Pool(SslStreamCertificateContext? Certificate, HttpMessageInvoker Connections);
}
