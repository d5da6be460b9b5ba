using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Rendering;

namespace Operator.Servers.Children;

/// <summary>The Services of a server.</summary>
internal static class ServiceBuilder
{
    /// <summary>What clients connect to.</summary>
    public static V1Service Build(CyrusServer server) => new()
    {
        Metadata = Names.Child(server, Names.Service(server)),
        Spec = new V1ServiceSpec { Selector = Names.PodSelector(server), Ports = Ports(server) },
    };

    /// <summary>Gives each pod a stable DNS name, ready or not.</summary>
    public static V1Service BuildHeadless(CyrusServer server) => new()
    {
        Metadata = Names.Child(server, Names.HeadlessService(server)),
        Spec = new V1ServiceSpec
        {
            ClusterIP = "None",
            Selector = Names.PodSelector(server),
            PublishNotReadyAddresses = true,
            Ports = Ports(server),
        },
    };

    private static V1ServicePort[] Ports(CyrusServer server) =>
    [
        .. Listeners.Of(server).Where(static listener => listener.Path is null).Select(static listener => new V1ServicePort
        {
            Name = listener.Service,
            Port = listener.Port,
            TargetPort = listener.Port,
            Protocol = "TCP",
        }),
    ];
}
