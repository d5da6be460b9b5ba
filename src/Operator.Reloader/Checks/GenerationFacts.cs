using System.Text.Json;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Tls;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Checks;

/// <summary>One look at a listener, as one kind of client has it.</summary>
/// <param name="Accepted">The certificates of which one must be presented; none where there is no TLS.</param>
/// <param name="Only">The one kind of certificate that the client can use; null when it can use all.</param>
internal readonly record struct Sight(IReadOnlyList<CertificateFacts> Accepted, KeyKind? Only)
{
    /// <summary>Whether what was presented is what must be.</summary>
    public bool Accepts(CertificateFacts served) => Accepted.Any(one => one.Sha256 == served.Sha256);

    /// <summary>What was presented, and what was expected, in words.</summary>
    public string Difference(CertificateFacts served) =>
        $"the certificate {served.Sha256}, not {(Accepted.Count == 0 ? "none" : string.Join(" or ", Accepted.Select(static one => one.Sha256)))}";
}

/// <summary>What must be proved of a generation that passed the checks.</summary>
/// <param name="Listeners">What it listens on.</param>
/// <param name="Certificates">Its certificates, each with a key of another kind; none on a server without TLS.</param>
internal sealed record GenerationFacts(IReadOnlyList<Listener> Listeners, IReadOnlyList<CertificateFacts> Certificates)
{
    private const string Versions = "tls_versions";
    private const string Version12 = "tls1_2"; // searched for in the whole value (imap/tls.c:tls_init_serverengine)

    private static readonly Sight Plain = new([], Only: null);

    /// <summary>Services on which TLS 1.2 is switched off.</summary>
    private HashSet<string> Without12 { get; init; } = [];

    /// <summary>Certificates of services that have one of their own instead.</summary>
    private Dictionary<string, CertificateFacts> Own { get; init; } = [];

    /// <summary>A signature in a chain that some servers refuse: the cause, when this one does.</summary>
    public CertificateProblem? WeakSignature => Certificates.Concat(Own.Values).Select(static one => one.WeakSignature).FirstOrDefault(static problem => problem is not null);

    /// <summary>
    /// The looks that show all there is to see on a listener. With two certificates there are two, since the suites of TLS 1.2 say which kind a
    /// client can use; without TLS 1.2 there is one, and it must show either.
    /// </summary>
    /// <param name="listener">The listener; null for a service of which nothing is known.</param>
    public IEnumerable<Sight> SightsOf(Listener? listener)
    {
        if (listener is null || listener.Tls == TlsMode.None)
            return [Plain];
        if (Own.TryGetValue(listener.Service, out var own))
            return [new([own], Only: null)];
        return Certificates.Count < 2 || Without12.Contains(listener.Service)
            ? [new(Certificates, Only: null)]
            : Certificates.Select(static certificate => new Sight([certificate], certificate.Kind));
    }

    /// <summary>What a staged generation says must be served.</summary>
    /// <param name="directory">The generation's.</param>
    /// <param name="demands">What is asked of the certificates.</param>
    /// <exception cref="ReloadFailure">A certificate, its key or the list of listeners is unusable.</exception>
    public static GenerationFacts Read(string directory, CertificateDemands demands)
    {
        var listeners = ReadListeners(directory);
        var certificates = ReadCertificates(directory, demands);
        var own = ReadOwn(directory, demands with { DnsNames = [] });
        if (certificates.Count == 0 && listeners.FirstOrDefault(listener => listener.Tls != TlsMode.None && !own.ContainsKey(listener.Service)) is { } first)
            throw new ReloadFailure("CertificateMissing", $"Service {first.Service} on {first.Place} needs tls.crt and tls.key.");
        return new GenerationFacts(listeners, certificates)
        {
            Own = own,
            Without12 = FindWithout12(ImapdConf.Parse(TextOf(directory, BundleFiles.ImapdConf)), listeners),
        };
    }

    /// <summary>The services that do not offer TLS 1.2. Pure.</summary>
    public static HashSet<string> FindWithout12(ImapdConf options, IEnumerable<Listener> listeners)
    {
        var values = options.Options.ToLookup(static option => option.Key, static option => option.Value);
        return
        [
            .. listeners.Select(static listener => listener.Service).Where(service =>
                (values[$"{service}_{Versions}"].FirstOrDefault() ?? values[Versions].FirstOrDefault() ?? Version12) is var offered
                && !offered.Contains(Version12, StringComparison.Ordinal)),
        ];
    }

    private static List<CertificateFacts> ReadCertificates(string directory, CertificateDemands demands)
    {
        var found = new List<CertificateFacts>();
        foreach (var (chain, key) in ((string, string)[])[(BundleFiles.TlsCertificate, BundleFiles.TlsKey), (BundleFiles.AlternateCertificate, BundleFiles.AlternateKey)])
        {
            if (!File.Exists(Path.Combine(directory, chain)) && !File.Exists(Path.Combine(directory, key)))
                continue;
            var facts = ReadCertificate(directory, chain, key, demands);
            if (found is [var first] && CertificateCheck.CheckKinds(first, facts) is { } problem)
                throw Unusable(problem, chain, key);
            found.Add(facts);
        }
        return found;
    }

    private static Dictionary<string, CertificateFacts> ReadOwn(string directory, CertificateDemands demands)
    {
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory) : [];
        // In order, so that the same fault gives the same message.
        return files.Select(static path => BundleFiles.ServiceOf(Path.GetFileName(path))).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToDictionary(
            static service => service, service => ReadCertificate(directory, BundleFiles.CertificateOf(service), BundleFiles.KeyOf(service), demands));
    }

    private static CertificateFacts ReadCertificate(string directory, string chain, string key, CertificateDemands demands) =>
        CertificateCheck.Check(TextOf(directory, chain), TextOf(directory, key), demands, out var facts) is { } problem
            ? throw Unusable(problem, chain, key)
            : facts!;

    private static ReloadFailure Unusable(CertificateProblem problem, string chain, string key)
    {
        var message = problem.Message
            .Replace(BundleFiles.TlsCertificate, chain, StringComparison.Ordinal)
            .Replace(BundleFiles.TlsKey, key, StringComparison.Ordinal);
        return new ReloadFailure(problem.Reason, message);
    }

    /// <summary>What a staged generation listens on.</summary>
    /// <param name="directory">The generation's.</param>
    /// <exception cref="ReloadFailure">ListenersInvalid.</exception>
    public static IReadOnlyList<Listener> ReadListeners(string directory)
    {
        var path = Path.Combine(directory, BundleFiles.Listeners);
        try
        {
            var listeners = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), ContractJson.Default.IReadOnlyListListener) ?? [] : [];
            return listeners.All(static one => one is { Service: not null })
                ? listeners
                : throw new ReloadFailure("ListenersInvalid", $"{BundleFiles.Listeners} has a listener without a service.");
        }
        catch (JsonException error)
        {
            throw new ReloadFailure("ListenersInvalid", $"{BundleFiles.Listeners} cannot be read: {error.Message}");
        }
    }

    private static string TextOf(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }
}
