using System.Diagnostics.CodeAnalysis;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Rendering;

namespace Operator.Servers.Children;

/// <summary>The Services of a server.</summary>
internal static class ServiceBuilder
{
    /// <summary>Port of the headless Service from which the sidecars' metrics are read.</summary>
    public const string MetricsPort = "metrics";

    private const string ClusterIP = "ClusterIP";
    private const string LoadBalancer = "LoadBalancer";

    /// <summary>The first of spec.service.ports that belongs to no listener, or null.</summary>
    public static InputProblem? Check(CyrusServer server)
    {
        if (Listeners.Check(server) is not null)
            return null; // that is the first thing to be put right
        var listeners = ListenersOf(server).Select(static one => one.Name).ToList();
        var given = server.Spec.Service.Ports ?? [];
        for (var index = 0; index < given.Count; index++)
        {
            if (!listeners.Contains(given[index].Name))
            {
                return new(
                    "ServiceInvalid",
                    $"spec.service.ports[{index}] ({given[index].Name}): there is no listener of that name; there are {string.Join(", ", listeners)}");
            }
        }
        return null;
    }

    /// <summary>What clients connect to; null when there is nothing but unix sockets: a Service needs a port.</summary>
    /// <param name="server">The server.</param>
    /// <param name="knowsLoadBalancerClass">Whether the API server has that field; an older one refuses an apply that names it.</param>
    public static V1Service? Build(CyrusServer server, bool knowsLoadBalancerClass)
    {
        var wanted = server.Spec.Service;
        var ports = ListenersOf(server).Select(one => Port(one, wanted.Ports?.FirstOrDefault(port => port.Name == one.Name))).ToList();
        if (ports.Count == 0)
            return null;
        var metadata = Names.Child(server, Names.Service(server));
        return new V1Service
        {
            Metadata = metadata with { Labels = Names.Merge(wanted.Labels, metadata.Labels), Annotations = Names.Merge(wanted.Annotations, null) },
            Spec = new V1ServiceSpec
            {
                Type = wanted.Type,
                Selector = Names.PodSelector(server),
                Ports = ports,
                // Always ours where it exists: a default that is nobody's would stay, and be refused, once the type is ClusterIP again.
                ExternalTrafficPolicy = wanted.Type == ClusterIP ? null : wanted.ExternalTrafficPolicy ?? "Cluster",
                LoadBalancerClass = wanted.Type == LoadBalancer && knowsLoadBalancerClass ? wanted.LoadBalancerClass : null,
                LoadBalancerSourceRanges = wanted.Type == LoadBalancer ? wanted.LoadBalancerSourceRanges : null,
            },
        };
    }

    /// <summary>Gives each pod a stable DNS name, ready or not, and leads to the metrics of all.</summary>
    public static V1Service BuildHeadless(CyrusServer server) => new()
    {
        Metadata = Names.Child(server, Names.HeadlessService(server)),
        Spec = new V1ServiceSpec
        {
            ClusterIP = "None",
            Selector = Names.PodSelector(server),
            PublishNotReadyAddresses = true,
            Ports = [.. ListenersOf(server).Select(static one => Port(one, null)), Port((MetricsPort, PodPaths.ReportPort), null)],
        },
    };

    /// <summary>Names, as ports of a Service may have them, and TCP ports of all that a server listens on.</summary>
    public static IEnumerable<(string Name, int Port)> ListenersOf(CyrusServer server) =>
        Listeners.Of(server).Where(static listener => listener.Path is null).Select(static listener => (Lower(listener.Service), listener.Port));

    // Cyrus' names may have capitals, a Service's ports may not.
    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "The API server wants lower case.")]
    private static string Lower(string name) => name.ToLowerInvariant();

    private static V1ServicePort Port((string Name, int Port) listener, ClientPort? given) => new()
    {
        Name = listener.Name,
        Port = given?.Port ?? listener.Port,
        TargetPort = listener.Port,
        NodePort = given?.NodePort,
        Protocol = "TCP",
    };
}
