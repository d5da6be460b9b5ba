using System.Text;
using System.Text.Json;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Entities.Tls;
using Operator.Servers.Inputs;

namespace Operator.Servers.Rendering;

/// <summary>What the renderer made of the inputs: a bundle, or the reason why there is none.</summary>
/// <param name="Bundle">The bundle, unless there is a problem.</param>
/// <param name="Problem">The problem, unless there is a bundle.</param>
internal sealed record Rendered(Bundle? Bundle, InputProblem? Problem);

/// <summary>Inputs in, bundle out. Pure: the time at which certificates must be valid is given.</summary>
internal static class BundleRenderer
{
    /// <summary>Checks the inputs and renders the bundle that they ask for.</summary>
    public static Rendered Render(CyrusServer server, ServerInputs inputs, DateTimeOffset now)
    {
        var texts = ImapdConfTexts.Of(server, inputs.Texts);
        var problem = SpecRules.Check(server)
            ?? inputs.Problem
            ?? ImapdConfRenderer.Check(server, texts)
            ?? CheckTls(server, inputs, texts.Parsed, now);
        if (problem is not null)
            return new(null, problem);
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [BundleFiles.ImapdConf] = Encoding.UTF8.GetBytes(ImapdConfRenderer.Render(server, texts)),
            [BundleFiles.CyrusConf] = Encoding.UTF8.GetBytes(CyrusConfRenderer.Render(server)),
            [BundleFiles.Listeners] = JsonSerializer.SerializeToUtf8Bytes(Listeners.Of(server), ContractJson.Default.IReadOnlyListListener),
        };
        AddCertificates(files, inputs);
        return CheckNamedFiles(server, texts, files) is { } missing ? new(null, missing) : new(new Bundle(files), null);
    }

    private static void AddCertificates(SortedDictionary<string, byte[]> files, ServerInputs inputs)
    {
        if (inputs.Tls is { } tls)
        {
            (files[BundleFiles.TlsCertificate], files[BundleFiles.TlsKey]) = (tls.Certificate, tls.Key);
            if (tls.Authority is { } authority)
                files[BundleFiles.CertificateAuthority] = authority;
        }
        if (inputs.Alternate is { } alternate)
            (files[BundleFiles.AlternateCertificate], files[BundleFiles.AlternateKey]) = (alternate.Certificate, alternate.Key);
        foreach (var (service, own) in inputs.OfServices)
            (files[BundleFiles.CertificateOf(service)], files[BundleFiles.KeyOf(service)]) = (own.Certificate, own.Key);
    }

    /// <summary>Those of the bundle; what else is there, the sidecar knows.</summary>
    private static InputProblem? CheckNamedFiles(CyrusServer server, ImapdConfTexts texts, SortedDictionary<string, byte[]> files)
    {
        const string Here = BundleFiles.GenerationToken + "/";
        var problem = NamedFiles.Check(
            texts.Parsed,
            option => $"{texts.PlaceOf(option.Line)}: {option.Key} names {(texts.IsSecret(option.Line) ? "a file" : option.Value)}",
            static option => option.Value.StartsWith(Here, StringComparison.Ordinal),
            path => files.TryGetValue(path[Here.Length..], out var content) ? Encoding.UTF8.GetString(content) : null);
        var secret = Names.TlsSecret(server) is { } name ? $" (from Secret {server.Metadata.Namespace}/{name})" : "";
        return problem is null ? null : new(problem.Reason, problem.Message + secret);
    }

    private static InputProblem? CheckTls(CyrusServer server, ServerInputs inputs, ImapdConf options, DateTimeOffset now)
    {
        var demands = new CertificateDemands(now)
        {
            DnsNames = server.Spec.Tls?.DnsNames ?? [],
            Level = SecurityLevel.Of(options),
        };
        var problem = Check(inputs.Tls, demands, out var first)
            ?? Check(inputs.Alternate, demands, out var second)
            ?? (first is not null && second is not null && CertificateCheck.CheckKinds(first, second) is { } twice ? About(inputs.Alternate!, twice) : null);
        // The host names are those of the certificate that all others have: a service has one of its own because it has names of its own.
        foreach (var own in inputs.OfServices.OrderBy(static own => own.Key, StringComparer.Ordinal))
            problem ??= Check(own.Value, demands with { DnsNames = [] }, out _);
        return problem;
    }

    private static InputProblem? Check(TlsMaterial? tls, CertificateDemands demands, out CertificateFacts? facts)
    {
        facts = null;
        return tls is not null
            && CertificateCheck.Check(Encoding.UTF8.GetString(tls.Certificate), Encoding.UTF8.GetString(tls.Key), demands, out facts) is { } problem
            ? About(tls, problem)
            : null;
    }

    private static InputProblem About(TlsMaterial tls, CertificateProblem problem) => new(problem.Reason, $"Secret {tls.Secret}{tls.Place}: {problem.Message}");
}
