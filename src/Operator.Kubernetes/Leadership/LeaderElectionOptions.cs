namespace Operator.Kubernetes.Leadership;

/// <summary>Which Lease is fought for, and how patiently. The times are client-go's defaults.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>The retry period times this must fit into the renew deadline, as client-go demands it.</summary>
    private const double Jitter = 1.2;

    /// <summary>Name of the Lease.</summary>
    public required string Name { get; init; }

    /// <summary>Namespace of the Lease: the one that the pod runs in.</summary>
    public required string Namespace { get; init; }

    /// <summary>Who we are. Unique to this process: a container that is started again must not take itself for its predecessor.</summary>
    public string Identity { get; init; } = $"{Environment.MachineName}_{Guid.NewGuid()}";

    /// <summary>How long others wait after they last saw the Lease change. Whole seconds, as the Lease has it.</summary>
    /// <value>The default is 15 s.</value>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the holder may go without a renewal before it must stop. What is left of the duration is its time to stop in.
    /// </summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the holder renews; a candidate looks two to four times as often, which only reads.</summary>
    /// <value>The default is 2 s.</value>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>One read or write of the Lease ends by then, so that one that hangs leaves time for another.</summary>
    internal TimeSpan AttemptLimit => RenewDeadline / 2;

    /// <summary>Refuses what cannot work.</summary>
    /// <exception cref="ArgumentException">A name is missing, or the times do not fit each other; the message says which.</exception>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentException.ThrowIfNullOrEmpty(Namespace);
        ArgumentException.ThrowIfNullOrEmpty(Identity);
        if (LeaseDuration < TimeSpan.FromSeconds(1) || LeaseDuration.Ticks % TimeSpan.TicksPerSecond != 0)
            throw new ArgumentException($"{nameof(LeaseDuration)} ({LeaseDuration}) must be whole seconds, at least one.");
        if (RenewDeadline >= LeaseDuration)
        {
            throw new ArgumentException(
                $"{nameof(RenewDeadline)} ({RenewDeadline}) must be shorter than {nameof(LeaseDuration)} ({LeaseDuration}).");
        }
        if (RetryPeriod <= TimeSpan.Zero || RetryPeriod * Jitter >= RenewDeadline)
        {
            throw new ArgumentException(
                $"{nameof(RetryPeriod)} ({RetryPeriod}) must be above zero and well below {nameof(RenewDeadline)} ({RenewDeadline}).");
        }
    }
}
