using Operator.Testing;

namespace Operator.Kubernetes.Tests.Client;

internal static class ClockExtensions
{
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(8);

    /// <summary>Moves the clock whenever the call waits for it, until the call is done.</summary>
    public static async Task AdvanceUntilAsync(this ManualTimeProvider time, Task call, CancellationToken cancellationToken)
    {
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, time.WaitForTimerAsync(TimeSpan.Zero, s_longestWait, cancellationToken));
            time.Advance(s_step);
        }
    }
}
