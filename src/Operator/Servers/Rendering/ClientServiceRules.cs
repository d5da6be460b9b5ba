using Operator.Entities.Contract;
using Operator.Entities.Servers;

namespace Operator.Servers.Rendering;

/// <summary>What the API server, or no schema, would say of <c>spec.service</c>, said before anything is written. Pure.</summary>
internal static class ClientServiceRules
{
    private const string ClusterIp = "ClusterIP", LoadBalancer = "LoadBalancer";

    /// <summary>The first thing that cannot work, or null.</summary>
    public static InputProblem? Check(CyrusServer server)
    {
        var service = server.Spec.Service;
        Listener[] listeners = [.. Listeners.Of(server).Where(static listener => listener.Path is null)];
        return (FaultOf(service) ?? FaultOfPorts(service, listeners) ?? FaultOfAll(service.Ports ?? [], listeners)) is { } fault
            ? new("ServiceInvalid", "spec.service" + fault)
            : null;
    }

    private static string? FaultOf(ClientServiceSpec service)
    {
        if (service is { Type: ClusterIp, ExternalTrafficPolicy: not null })
            return ": externalTrafficPolicy needs type NodePort or LoadBalancer";
        if (service.Type == LoadBalancer)
            return null;
        return service.LoadBalancerClass is not null ? ": loadBalancerClass needs type LoadBalancer"
            : service.LoadBalancerSourceRanges is { Count: > 0 } ? ": loadBalancerSourceRanges needs type LoadBalancer"
            : null;
    }

    private static string? FaultOfPorts(ClientServiceSpec service, Listener[] listeners)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var nodePorts = new HashSet<int>();
        for (var index = 0; index < service.Ports?.Count; index++)
        {
            var port = service.Ports[index];
            var fault = !listeners.Any(listener => listener.Service == port.Name) ? $".name is none of a listener on a port; expected one of {InWords(listeners)}"
                : !names.Add(port.Name) ? $": {port.Name} is given twice"
                : port.NodePort is null ? null
                : service.Type == ClusterIp ? ": nodePort needs type NodePort or LoadBalancer"
                : nodePorts.Add(port.NodePort.Value) ? null
                : $": nodePort {port.NodePort} is given twice";
            if (fault is not null)
                return $".ports[{index}]{fault}";
        }
        return null;
    }

    private static string? FaultOfAll(IReadOnlyList<ClientPort> ports, Listener[] listeners)
    {
        var userOf = new Dictionary<int, string>();
        foreach (var listener in listeners)
        {
            var port = ports.FirstOrDefault(port => port.Name == listener.Service)?.Port ?? listener.Port;
            if (!userOf.TryAdd(port, listener.Service))
                return $".ports: port {port} would be that of {userOf[port]} and of {listener.Service}";
        }
        return null;
    }

    private static string InWords(Listener[] listeners) => string.Join(", ", listeners.Select(static listener => listener.Service));
}
