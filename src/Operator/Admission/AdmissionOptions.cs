using Operator.Hosting;

namespace Operator.Admission;

/// <summary>What the Deployment says of the webhook, by environment variables <c>CYRUS_OPERATOR_WEBHOOK*</c>.</summary>
internal sealed record AdmissionOptions
{
    private const string Switch = "CYRUS_OPERATOR_WEBHOOK";
    private const string PortVariable = "CYRUS_OPERATOR_WEBHOOK_PORT";
    private const string ServiceVariable = "CYRUS_OPERATOR_WEBHOOK_SERVICE";
    private const string ConfigurationVariable = "CYRUS_OPERATOR_WEBHOOK_CONFIGURATION";
    private const string NamesVariable = "CYRUS_OPERATOR_WEBHOOK_NAMES";

    /// <summary>TCP port of HTTPS (<c>CYRUS_OPERATOR_WEBHOOK_PORT</c>).</summary>
    public int Port { get; init; } = 9443;

    /// <summary>The Service by which the API server reaches it (<c>CYRUS_OPERATOR_WEBHOOK_SERVICE</c>).</summary>
    public string Service { get; init; } = "cyrus-operator-webhook";

    /// <summary>
    /// More DNS names for the certificate, where the configuration has a URL instead of a Service (<c>CYRUS_OPERATOR_WEBHOOK_NAMES</c>, separated by
    /// commas).
    /// </summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The ValidatingWebhookConfiguration whose <c>caBundle</c> is kept (<c>CYRUS_OPERATOR_WEBHOOK_CONFIGURATION</c>).</summary>
    public string Configuration { get; init; } = "cyrus-operator";

    /// <summary>The Secret that the certificate is kept in: named as the Service.</summary>
    public string Secret => Service;

    /// <summary>Reads the options.</summary>
    /// <returns>Null when the webhook is off, as it is unless <c>CYRUS_OPERATOR_WEBHOOK</c> is <c>true</c>.</returns>
    /// <exception cref="InvalidOperationException">A variable cannot be used; the message names it.</exception>
    public static AdmissionOptions? From(IConfiguration configuration)
    {
        if (configuration.Switch(Switch) is not true)
            return null;
        var options = new AdmissionOptions();
        return options with
        {
            Port = configuration.Number(PortVariable, 65535, "port from 1 to 65535") ?? options.Port,
            Service = configuration.Text(ServiceVariable) ?? options.Service,
            Configuration = configuration.Text(ConfigurationVariable) ?? options.Configuration,
            Names = configuration.List(NamesVariable),
        };
    }

    /// <summary>The names that the certificate needs: those by which the API server and others in the cluster know the Service.</summary>
    /// <param name="space">The operator's own namespace.</param>
    public IReadOnlyList<string> DnsNames(string space) => [$"{Service}.{space}.svc", $"{Service}.{space}.svc.cluster.local", .. Names];
}
