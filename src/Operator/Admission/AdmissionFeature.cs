using Operator.Admission.Certificates;
using Operator.Hosting;
using Operator.Kubernetes.Client;

namespace Operator.Admission;

/// <summary>The ValidatingWebhook of CyrusServers, put together. Off unless <c>CYRUS_OPERATOR_WEBHOOK</c> is <c>true</c>.</summary>
internal static class AdmissionFeature
{
    /// <summary>Adds the webhook: HTTPS on a port of its own, beside what the host listens on anyway, and the keeper of its certificate.</summary>
    /// <exception cref="InvalidOperationException">An environment variable cannot be used; the message names it.</exception>
    public static void AddAdmission(this WebApplicationBuilder builder)
    {
        if (AdmissionOptions.From(builder.Configuration) is not { } options)
            return;
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(static provider => CreateKeeper(provider, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IReadiness>(static provider => provider.GetRequiredService<CertificateKeeper>());
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<CertificateKeeper>());
        builder.AddHttps(options.Port, static provider => provider.GetRequiredService<CertificateKeeper>().Current);
    }

    /// <summary>Answers on the webhook's own port, and nowhere else; where it is off, not at all.</summary>
    public static void MapAdmission(this WebApplication app)
    {
        if (app.Services.GetService<AdmissionOptions>() is { } options)
            app.MapPost(AdmissionEndpoint.Path, context => AdmissionEndpoint.AnswerAsync(context, options.Port));
    }

    /// <summary>The keeper of the certificate, of the options and the operator's own namespace.</summary>
    internal static CertificateKeeper CreateKeeper(IServiceProvider provider, TimeProvider time)
    {
        var options = provider.GetRequiredService<AdmissionOptions>();
        var space = provider.GetRequiredService<KubernetesClientConfig>().Namespace;
        return new(
            new CertificateStore(provider.GetRequiredService<IKubernetesClient>(), options, space),
            options.DnsNames(space),
            time,
            provider.GetRequiredService<ILogger<CertificateKeeper>>());
    }
}
