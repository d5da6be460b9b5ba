namespace Operator.Reloader.Reload;

/// <summary>What the engine does next.</summary>
internal enum Step
{
    /// <summary>Nothing is asked for.</summary>
    Idle,

    /// <summary>The goal is served: only look after old workers.</summary>
    Stay,

    /// <summary>The mounted files are not those of the desired digest yet.</summary>
    AwaitMount,

    /// <summary>The goal is active, but no master runs.</summary>
    AwaitMaster,

    /// <summary>Make the goal active.</summary>
    Activate,

    /// <summary>The goal is active: replace old workers and look at the wire.</summary>
    Prove,
}

/// <summary>The next step and the generation it is about.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Goal">The digest that should be active; empty for <see cref="Step.Idle"/>.</param>
internal readonly record struct Decided(Step Step, string Goal);

/// <summary>The world, as far as a decision needs it.</summary>
internal sealed record World
{
    /// <summary>What the annotation asks for; null while there is none.</summary>
    public string? Desired { get; init; }

    /// <summary>Digest of the mounted current bundle.</summary>
    public string? Mounted { get; init; }

    /// <summary>What the link names.</summary>
    public string? Active { get; init; }

    /// <summary>What was proved for the master that runs now.</summary>
    public string? Served { get; init; }

    /// <summary>What this process refused.</summary>
    public string? Rejected { get; init; }

    /// <summary>A staged generation to go back to.</summary>
    public string? Fallback { get; init; }

    /// <summary>Whether a master runs.</summary>
    public bool HasMaster { get; init; }
}

/// <summary>Decides the next step from the world alone: no clock, no I/O, no memory.</summary>
internal static class Decision
{
    /// <summary>The next step.</summary>
    public static Decided Next(World world)
    {
        if (world.Desired is not { } desired || GoalOf(world, desired) is not { } goal)
            return new Decided(Step.Idle, "");
        if (goal != world.Active)
            return new Decided(goal == world.Mounted || goal == world.Fallback ? Step.Activate : Step.AwaitMount, goal);
        if (!world.HasMaster)
            return new Decided(Step.AwaitMaster, goal);
        return new Decided(goal == world.Served ? Step.Stay : Step.Prove, goal);
    }

    /// <summary>The desired digest; when it was refused, what ran before it.</summary>
    private static string? GoalOf(World world, string desired)
    {
        if (desired != world.Rejected)
            return desired;
        return world.Active == desired ? world.Fallback ?? desired : world.Active;
    }
}
