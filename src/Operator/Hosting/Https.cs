using System.Security.Cryptography.X509Certificates;

namespace Operator.Hosting;

/// <summary>HTTPS beside the HTTP of health and metrics.</summary>
internal static class Https
{
    /// <summary>Listens on one more port, on all addresses.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="port">The port.</param>
    /// <param name="certificate">Asked at each handshake; without a certificate the connection is closed.</param>
    public static void AddHttps(this WebApplicationBuilder builder, int port, Func<IServiceProvider, X509Certificate2?> certificate)
    {
        builder.WebHost.UseKestrelHttpsConfiguration(); // the slim host knows no HTTPS by itself
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(
            https => https.ServerCertificateSelector = (_, _) => certificate(kestrel.ApplicationServices)));
        builder.WebHost.UseUrls($"{PlainUrls(builder.Configuration)};https://*:{port}");
    }

    /// <summary>What the host would listen on: ports count only where there are no addresses, and this adds an address.</summary>
    private static string PlainUrls(ConfigurationManager configuration)
    {
        if (configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls)
            return urls;
        var ports = (configuration[WebHostDefaults.HttpPortsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return ports.Length == 0 ? "http://localhost:5000" : string.Join(';', ports.Select(static port => $"http://*:{port}"));
    }
}
