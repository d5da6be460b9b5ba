using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Client;

/// <summary>
/// A command that gives the credential (kubernetes.io, "client-go credential plugins"). Not a record: its environment may hold secrets.
/// </summary>
public sealed class ExecPluginOptions
{
    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>client.authentication.k8s.io/v1beta1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>A path, or a name that is looked up in PATH.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that it gets beside our own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Said when there is no such command.</summary>
    public string? InstallHint { get; init; }

    /// <summary>Tell it about the cluster.</summary>
    public bool ProvideClusterInfo { get; init; }

    /// <summary>What the cluster's <c>client.authentication.k8s.io/exec</c> extension says; goes with the cluster.</summary>
    public JsonNode? ClusterConfig { get; init; }

    /// <summary>Where it is configured, for messages.</summary>
    public string Origin { get; init; } = "exec";

    /// <summary>How long it may take; 20 s by default, so that a call's deadline is not used up.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);
}
