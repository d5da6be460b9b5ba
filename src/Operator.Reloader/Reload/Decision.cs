namespace Operator.Reloader.Reload;

/// <summary>What the engine does next.</summary>
internal enum Step
{
    /// <summary>Nothing is asked for.</summary>
    Idle,

    /// <summary>All is as it should be, or was refused: only look after old workers.</summary>
    Stay,

    /// <summary>The mounted files are not those of the desired digest yet.</summary>
    AwaitMount,

    /// <summary>Nobody serves yet: the master has still to write its pid file.</summary>
    AwaitMaster,

    /// <summary>Stage, check and activate the mounted bundle by signals to idle workers.</summary>
    Reload,

    /// <summary>The desired generation is active: tell the master, replace old workers and prove.</summary>
    Prove,
}

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

    /// <summary>Whether a master runs.</summary>
    public bool HasMaster { get; init; }
}

/// <summary>Decides the next step from the world alone: no clock, no I/O, no memory.</summary>
internal static class Decision
{
    /// <summary>The next step.</summary>
    public static Step Next(World world)
    {
        if (world.Desired is null)
            return Step.Idle;
        if (world.Desired == world.Rejected)
            return Step.Stay;
        if (world.Desired != world.Active && world.Desired != world.Mounted)
            return Step.AwaitMount;
        if (!world.HasMaster)
            return Step.AwaitMaster;
        if (world.Desired != world.Active)
            return Step.Reload;
        return world.Desired == world.Served ? Step.Stay : Step.Prove;
    }
}
