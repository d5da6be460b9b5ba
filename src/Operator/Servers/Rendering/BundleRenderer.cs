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
        var problem = SpecRules.Check(server)
            ?? inputs.Problem
            ?? CheckTls(server, inputs, now);
        if (problem is not null)
            return new(null, problem);
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [BundleFiles.ImapdConf] = Encoding.UTF8.GetBytes(ImapdConfRenderer.Render(server)),
            [BundleFiles.CyrusConf] = Encoding.UTF8.GetBytes(CyrusConfRenderer.Render(server)),
            [BundleFiles.Listeners] = JsonSerializer.SerializeToUtf8Bytes(Listeners.Of(server), ContractJson.Default.IReadOnlyListListener),
        };
        if (inputs.Tls is { } tls)
        {
            files[BundleFiles.TlsCertificate] = tls.Certificate;
            files[BundleFiles.TlsKey] = tls.Key;
            if (tls.Authority is { } authority)
                files[BundleFiles.CertificateAuthority] = authority;
        }
        if (inputs.Alternate is { } alternate)
        {
            files[BundleFiles.AlternateCertificate] = alternate.Certificate;
            files[BundleFiles.AlternateKey] = alternate.Key;
        }
        return CheckNamedFiles(server, files) is { } missing ? new(null, missing) : new(new Bundle(files), null);
    }

    /// <summary>Those of the bundle; what else is there, the sidecar knows.</summary>
    private static InputProblem? CheckNamedFiles(CyrusServer server, SortedDictionary<string, byte[]> files)
    {
        const string Here = BundleFiles.GenerationToken + "/";
        var problem = NamedFiles.Check(
            ImapdConf.Parse(server.Spec.ImapdConf),
            "spec.imapdConf",
            static option => option.Value.StartsWith(Here, StringComparison.Ordinal),
            path => files.TryGetValue(path[Here.Length..], out var content) ? Encoding.UTF8.GetString(content) : null);
        var secret = Names.TlsSecret(server) is { } name ? $" (from Secret {server.Metadata.Namespace}/{name})" : "";
        return problem is null ? null : new(problem.Reason, problem.Message + secret);
    }

    private static InputProblem? CheckTls(CyrusServer server, ServerInputs inputs, DateTimeOffset now)
    {
        var demands = new CertificateDemands(now)
        {
            DnsNames = server.Spec.Tls?.DnsNames ?? [],
            Level = SecurityLevel.Of(ImapdConf.Parse(server.Spec.ImapdConf)),
        };
        CertificateFacts? first = null;
        foreach (var tls in (TlsMaterial?[])[inputs.Tls, inputs.Alternate])
        {
            if (tls is null)
                continue;
            var problem = CertificateCheck.Check(Encoding.UTF8.GetString(tls.Certificate), Encoding.UTF8.GetString(tls.Key), demands, out var facts)
                ?? (first is null ? null : CertificateCheck.CheckKinds(first, facts!));
            if (problem is not null)
                return new(problem.Reason, $"Secret {tls.Secret}: {problem.Message}");
            first = facts;
        }
        return null;
    }
}
