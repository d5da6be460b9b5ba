using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Operator.Entities.Servers;

/// <summary>The Service that clients connect to.</summary>
[CelRule(
    "!has(self.externalTrafficPolicy) || self.type != 'ClusterIP'",
    "externalTrafficPolicy needs type NodePort or LoadBalancer")]
public sealed record ClientServiceSpec
{
    /// <summary>ClusterIP, NodePort or LoadBalancer.</summary>
    [AllowedValues("ClusterIP", "NodePort", "LoadBalancer")]
    [DefaultValue("ClusterIP")]
    public string Type { get; init => field = value ?? "ClusterIP"; } = "ClusterIP";

    /// <summary>Annotations, such as those that a load balancer reads.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Labels besides the operator's own.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Local keeps the client's address and sends to pods of the same node only.</summary>
    [AllowedValues("Cluster", "Local")]
    public string? ExternalTrafficPolicy { get; init; }

    /// <summary>Which load balancer takes care of it (Kubernetes 1.21 and later). It cannot be changed later.</summary>
    public string? LoadBalancerClass { get; init; }

    /// <summary>Networks from which clients may come through a load balancer that knows this.</summary>
    public IReadOnlyList<string>? LoadBalancerSourceRanges { get; init; }

    /// <summary>Ports that differ from those of the listeners, such as 993 for a listener on 1993.</summary>
    [ListMapKey("name")]
    public IReadOnlyList<ClientPort>? Ports { get; init; }
}

/// <summary>The port of one listener, as clients see it.</summary>
public sealed record ClientPort
{
    /// <summary>Name of the listener's service in services or cyrusConf.</summary>
    [RegularExpression("^[a-z][a-z0-9]{0,14}$")]
    public required string Name { get; init; }

    /// <summary>Port of the Service; the listener's own when left out.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Port of the nodes, with type NodePort or LoadBalancer; chosen by Kubernetes when left out.</summary>
    [Range(1, 65535)]
    public int? NodePort { get; init; }
}
