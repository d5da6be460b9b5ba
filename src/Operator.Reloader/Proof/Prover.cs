using System.Net;
using System.Net.NetworkInformation;
using Operator.Entities.Contract;
using Operator.Entities.Tls;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Proof;

/// <summary>Proves on the wire that a generation is served: nothing is inferred from a file.</summary>
internal sealed class Prover(string host, ListenerProbe probe)
{
    /// <summary>Connections to each listener at the same time, so that they reach different workers.</summary>
    private const int Connections = 3;

    /// <summary>Connects to every listener.</summary>
    /// <returns>What was served: for each listener with TLS, each certificate.</returns>
    /// <exception cref="ReloadFailure">ProofFailed: names service, port or socket, and what was seen.</exception>
    public async Task<IReadOnlyList<ServedCertificate>> RunAsync(GenerationFacts expected, CancellationToken stop)
    {
        var version6 = Version6Ports();
        var proofs = expected.Listeners
            .SelectMany(listener => HostsOf(listener, version6).SelectMany(one => Enumerable.Repeat(one, Connections))
                .SelectMany(one => expected.SightsOf(listener).Select(sight => ProveAsync(one, listener, sight, stop))))
            .ToList();
        var seen = await Task.WhenAll(proofs);
        return [.. seen.OfType<ServedCertificate>().DistinctBy(certificate => (certificate.Service, certificate.Port, certificate.Sha256))];
    }

    /// <summary>Takes a worker's place in the queue from a client: one connection to a listener for each IP version, whose outcome does not matter.</summary>
    public async Task PokeAsync(Listener listener, CancellationToken stop)
    {
        foreach (var one in HostsOf(listener, Version6Ports()))
        {
            try
            {
                await probe.RunAsync(one, listener, only: null, stop);
            }
            catch (ProbeException)
            {
                // The worker has had its connection all the same; whether the service is sound, is what the proof finds out.
            }
        }
    }

    /// <summary>
    /// The master opens a socket for each IP version that the pod has, and each has workers of its own
    /// (cyrus-imapd master/master.c:service_create).
    /// </summary>
    private IEnumerable<string> HostsOf(Listener listener, HashSet<int> version6) =>
        listener.Path is null && version6.Contains(listener.Port) ? [host, "::1"] : [host];

    private static HashSet<int> Version6Ports() => [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
        .Where(static one => one.Address.Equals(IPAddress.IPv6Any)).Select(static one => one.Port)];

    private async Task<ServedCertificate?> ProveAsync(string one, Listener listener, Sight sight, CancellationToken stop)
    {
        CertificateFacts? served;
        try
        {
            served = await probe.RunAsync(one, listener, sight.Only, stop);
        }
        catch (ProbeException error)
        {
            throw new ReloadFailure("ProofFailed", $"Service {listener.Service} on {listener.Place}{ClientOf(sight)}: {error.Message}.");
        }
        return served is null ? null : Judge(listener, served, sight);
    }

    private static string ClientOf(Sight sight) => sight.Only is { } kind ? $", for clients of {CertificateCheck.NameOf(kind)} keys only" : "";

    /// <summary>Compares what was served with what must be. Pure.</summary>
    /// <exception cref="ReloadFailure">ProofFailed: another certificate.</exception>
    public static ServedCertificate Judge(Listener listener, CertificateFacts served, Sight sight)
    {
        if (!sight.Accepts(served))
            throw new ReloadFailure("ProofFailed", $"Service {listener.Service} on {listener.Place} serves {sight.Difference(served)}.");
        return new ServedCertificate
        {
            Service = listener.Service,
            Port = listener.Port,
            Sha256 = served.Sha256,
            Subject = served.Subject,
            NotAfter = served.NotAfter,
        };
    }
}
