using System.Globalization;

namespace Chaos.Strikes;

/// <summary>What users do to a server, and others to its operator, by the API.</summary>
internal static class ServerStrikes
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(5);

    /// <summary>Twenty rotations within five seconds.</summary>
    public static async Task BurstAsync(Field field, Random random, CancellationToken stop)
    {
        for (var number = 0; number < 20; number++)
        {
            await field.RotateAsync(stop);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 300)), TimeProvider.System, stop);
        }
    }

    /// <summary>An option of imapd.conf gets another value.</summary>
    public static Task ChangeAsync(Field field, Random random, CancellationToken stop) => field.ConfigureAsync(Changed(random), stop);

    /// <summary>Gets a value that Cyrus would die of, and then a good one.</summary>
    public static async Task SpoilAsync(Field field, Random random, CancellationToken stop)
    {
        await field.ConfigureAsync(Claims.Spoiled, stop);
        await Task.Delay(Stall, TimeProvider.System, stop);
        await field.ConfigureAsync(Changed(random), stop);
    }

    /// <summary>A second pod comes and goes, perhaps before it is there.</summary>
    public static async Task ScaleAsync(Field field, Random random, CancellationToken stop)
    {
        await field.ApplyAsync(stop, "  replicas: 2");
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 15)), TimeProvider.System, stop);
        await field.ApplyAsync(stop, "");
    }

    /// <summary>Paused while its certificate is replaced: the status must not call that healthy.</summary>
    public static async Task PauseAsync(Field field, Random random, CancellationToken stop)
    {
        await field.ApplyAsync(stop, "  paused: true");
        await field.RotateAsync(stop);
        await field.UnhealthyAsync("is paused before the last certificate", stop);
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 5)), TimeProvider.System, stop);
        await field.ApplyAsync(stop, "");
    }

    /// <summary>The rest of a rollout is not waited for.</summary>
    public static async Task DeleteAsync(Field field, Random random, CancellationToken stop)
    {
        await Field.KubectlAsync(stop, "delete", "cyrus", "mail", "-n", Field.Space, "--ignore-not-found", "--timeout=60s");
        await Task.Delay(TimeSpan.FromSeconds(random.Next(0, 4)), TimeProvider.System, stop); // its pod may be there still, or not
        await field.ApplyAsync(stop);
    }

    /// <summary>Somebody else takes the lease, and does nothing with it.</summary>
    public static Task DeposeAsync(CancellationToken stop) => Field.KubectlAsync(
        stop, "patch", "lease", "cyrus-operator", "-n", Field.OperatorSpace, "--type=merge", "-p", """{"spec":{"holderIdentity":"somebody-else"} }""");

    /// <summary>Two operators, of which either may lead after the leader was deposed, and then one again, which may be the other one.</summary>
    public static async Task MoveLeaderAsync(Random random, CancellationToken stop)
    {
        await ReplicasAsync(2, stop);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(random.Next(2, 6)), TimeProvider.System, stop);
            await DeposeAsync(stop);
            await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 20)), TimeProvider.System, stop);
        }
        finally
        {
            await ReplicasAsync(1, CancellationToken.None);
        }
    }

    private static Task ReplicasAsync(int count, CancellationToken stop) =>
        Field.KubectlAsync(stop, "scale", "deployment", "cyrus-operator", "-n", Field.OperatorSpace, string.Create(CultureInfo.InvariantCulture, $"--replicas={count}"));

    private static string Changed(Random random) => string.Create(CultureInfo.InvariantCulture, $"timeout: {random.Next(30, 90)}m");
}
