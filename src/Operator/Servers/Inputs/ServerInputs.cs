using Operator.Entities.Contract;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Inputs;

/// <summary>The certificate and key that a server refers to.</summary>
/// <param name="Secret">The Secret they came from, for messages.</param>
/// <param name="Certificate">Content of tls.crt.</param>
/// <param name="Key">Content of tls.key.</param>
/// <param name="Authority">Content of ca.crt, if there is one.</param>
internal sealed record TlsMaterial(ObjectKey Secret, byte[] Certificate, byte[] Key, byte[]? Authority)
{
    /// <summary>What messages add to the Secret's name, as in " (spec.tls.serviceCertificates[0])"; nothing for the one that all services have.</summary>
    public string Place { get; init; } = "";
}

/// <summary>Everything a server refers to, read afresh.</summary>
/// <param name="Tls">The certificate, if the server names one and it could be read.</param>
/// <param name="Problem">What could not be read.</param>
internal sealed record ServerInputs(TlsMaterial? Tls, InputProblem? Problem)
{
    private const string Opaque = "Opaque"; // core/v1 SecretType

    /// <summary>The certificate with a key of another kind, if the server names one and it could be read.</summary>
    public TlsMaterial? Alternate { get; init; }

    /// <summary>Adds what was read of <c>spec.tls.alternateSecretName</c>.</summary>
    public ServerInputs WithAlternate(ServerInputs alternate) => this with { Alternate = alternate.Tls, Problem = Problem ?? alternate.Problem };

    /// <summary>The certificates of <c>spec.tls.serviceCertificates</c> that could be read, by service.</summary>
    public IReadOnlyDictionary<string, TlsMaterial> OfServices { get; init; } = new Dictionary<string, TlsMaterial>();

    /// <summary>Adds what was read of one certificate of <c>spec.tls.serviceCertificates</c>.</summary>
    public ServerInputs WithService(string service, ServerInputs read) => this with
    {
        OfServices = read.Tls is null ? OfServices : new Dictionary<string, TlsMaterial>(OfServices) { [service] = read.Tls },
        Problem = Problem ?? read.Problem,
    };

    /// <summary>The texts of <c>spec.imapdConfFrom</c>, in their order.</summary>
    public IReadOnlyList<ConfText> Texts { get; init; } = [];

    /// <summary>Adds what was read of one source of <c>spec.imapdConfFrom</c>.</summary>
    public ServerInputs With((ConfText? Text, InputProblem? Problem) read) =>
        this with { Texts = read.Text is null ? Texts : [.. Texts, read.Text], Problem = Problem ?? read.Problem };

    /// <summary>Takes a certificate out of a Secret.</summary>
    /// <param name="key">The Secret's name.</param>
    /// <param name="secret">The Secret; null when it does not exist.</param>
    /// <param name="field">The field that names it.</param>
    public static ServerInputs FromSecret(ObjectKey key, V1Secret? secret, string field = InputCollector.SecretField)
    {
        if (ProblemOf(key, secret, field) is { } problem)
            return new(null, problem);
        var data = secret!.Data!;
        var authority = data.TryGetValue(BundleFiles.CertificateAuthority, out var ca) && ca.Length > 0 ? ca : null;
        var place = field is InputCollector.SecretField or InputCollector.IssuerField ? "" : $" ({field})";
        return new(new(key, data[BundleFiles.TlsCertificate], data[BundleFiles.TlsKey], authority) { Place = place }, null);
    }

    private static InputProblem? ProblemOf(ObjectKey key, V1Secret? secret, string field)
    {
        var data = secret?.Data ?? new Dictionary<string, byte[]>();
        string[] wanted = [BundleFiles.TlsCertificate, BundleFiles.TlsKey];
        // cert-manager may write the key, or the Secret without data, before there is a certificate.
        if (field == InputCollector.IssuerField && !wanted.All(name => data.TryGetValue(name, out var content) && content.Length > 0))
            return new("CertificatePending", $"waiting for cert-manager to put a certificate into Secret {key} ({field})");
        if (secret is null)
            return new("SecretNotFound", $"Secret {key} ({field}) does not exist");
        if (wanted.FirstOrDefault(name => !data.ContainsKey(name)) is not { } missing)
            return null;
        return secret.Type is null or Opaque or V1Secret.TlsType
            ? new("SecretIncomplete", $"Secret {key} has no key {missing}")
            : new("SecretWrongType", $"Secret {key} ({field}) is of type {secret.Type} and has no key {missing}; expected type {V1Secret.TlsType}, or {Opaque} with the same keys");
    }
}
