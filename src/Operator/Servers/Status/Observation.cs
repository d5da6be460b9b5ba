using Operator.Entities.Servers;
using Operator.Servers.Rendering;
using Operator.Servers.Rollout;

namespace Operator.Servers.Status;

/// <summary>All that one reconcile saw and decided; the status is made of nothing else.</summary>
internal sealed record Observation
{
    /// <summary>The server, with the status as it was.</summary>
    public required CyrusServer Server { get; init; }

    /// <summary>When this was seen.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What is wrong with the inputs, if something is.</summary>
    public InputProblem? Problem { get; init; }

    /// <summary>Whether what is published is about to expire.</summary>
    public CertificateExpiry Expiry { get; init; } = new(null, null);

    /// <summary>What could not be done about an object that belongs to the server, if something could not.</summary>
    public InputProblem? ChildProblem { get; init; }

    /// <summary>The newest template, by the name that the StatefulSet has for it.</summary>
    public string? Revision { get; init; }

    /// <summary>The digest that is published, if one ever was.</summary>
    public string? Target { get; init; }

    /// <summary>The pods.</summary>
    public IReadOnlyList<PodView> Pods { get; init; } = [];

    /// <summary>How far the target has come, if there is one.</summary>
    public RolloutPlan? Plan { get; init; }

    /// <summary>A digest that failed in a pod and has not been replaced by a change of the inputs.</summary>
    public RejectedDigest? Rejected { get; init; }
}
