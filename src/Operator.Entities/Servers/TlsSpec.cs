using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Operator.Entities.Servers;

/// <summary>Where the certificate comes from.</summary>
[CelRule("has(self.secretName) || has(self.issuerRef)", "secretName or issuerRef is needed")]
[CelRule("!has(self.issuerRef) || (has(self.dnsNames) && size(self.dnsNames) > 0)", "issuerRef needs dnsNames: the names that the certificate shall have")]
public sealed record TlsSpec
{
    /// <summary>
    /// Secret of type kubernetes.io/tls in the same namespace, as cert-manager writes it. Its ca.crt, if there is one, can be named in imapdConf,
    /// as in <c>tls_client_ca_file: {generation}/ca.crt</c>. With issuerRef it is the Secret that the certificate is put into,
    /// <c>NAME-tls</c> when left out.
    /// </summary>
    [NotEmpty]
    public string? SecretName { get; init; }

    /// <summary>
    /// Issuer of cert-manager, from which the operator asks for a certificate for dnsNames: it keeps a Certificate of the server's own name.
    /// </summary>
    public IssuerReference? IssuerRef { get; init; }

    /// <summary>With issuerRef: how long a certificate shall be valid, as in <c>2160h</c>; cert-manager's default when left out.</summary>
    [RegularExpression("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$")]
    public string? Duration { get; init; }

    /// <summary>With issuerRef: how long before its end it is renewed, as in <c>360h</c>; cert-manager's default when left out.</summary>
    [RegularExpression("^([0-9]+h)?([0-9]+m)?([0-9]+s)?$")]
    public string? RenewBefore { get; init; }

    /// <summary>
    /// A second Secret of that kind whose certificate has a key of the other kind, RSA beside elliptic curve: each client gets the one that it can
    /// use. Both are checked, and both are proved on the wire.
    /// </summary>
    [NotEmpty]
    public string? AlternateSecretName { get; init; }

    /// <summary>
    /// Host names by which clients reach the server. A certificate that does not cover all of them is refused and the one in use stays; a
    /// wildcard covers one label. When left out, the names are not looked at. Nothing is asked of the names of serviceCertificates.
    /// </summary>
    public IReadOnlyList<string>? DnsNames { get; init; }

    /// <summary>Services with a certificate of their own; all others have the one above.</summary>
    [ListMapKey("service")]
    public IReadOnlyList<ServiceCertificate>? ServiceCertificates { get; init; }
}

/// <summary>An issuer of cert-manager.</summary>
public sealed record IssuerReference
{
    /// <summary>Its name.</summary>
    [NotEmpty]
    public required string Name { get; init; }

    /// <summary>Issuer, in the server's namespace, or ClusterIssuer, or a kind of an external issuer.</summary>
    [DefaultValue("Issuer")]
    public string Kind { get; init => field = value ?? "Issuer"; } = "Issuer";

    /// <summary>API group of the kind.</summary>
    [DefaultValue("cert-manager.io")]
    public string Group { get; init => field = value ?? "cert-manager.io"; } = "cert-manager.io";
}

/// <summary>The certificate of one service (Cyrus' <c>SERVICE_tls_server_cert</c>).</summary>
public sealed record ServiceCertificate
{
    /// <summary>Name of the service in services or cyrusConf.</summary>
    [RegularExpression("^[a-z][a-z0-9]{0,14}$")]
    public required string Service { get; init; }

    /// <summary>Secret of type kubernetes.io/tls in the same namespace.</summary>
    [NotEmpty]
    public required string SecretName { get; init; }
}
