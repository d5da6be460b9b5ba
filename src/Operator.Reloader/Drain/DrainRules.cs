using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Drain;

/// <summary>A session that ran under an older configuration for long enough.</summary>
/// <param name="Worker">Its worker.</param>
/// <param name="Told">The generation whose list of denied users may name its user; null when that would concern other sessions, too.</param>
internal readonly record struct DueSession(Worker Worker, string? Told);

/// <summary>Decides which old sessions must go (<see cref="DrainPolicy.Disconnect"/>). Pure.</summary>
internal static class DrainRules
{
    /// <summary>The sessions that are due.</summary>
    /// <param name="workers">All workers.</param>
    /// <param name="state">Knows which generation was active until when.</param>
    /// <param name="settings">The policy and its times.</param>
    /// <param name="now">Boot-clock ticks.</param>
    public static IEnumerable<DueSession> Due(IReadOnlyList<Worker> workers, ReloadState state, ReloadSettings settings, long now)
    {
        if (settings.Drain != DrainPolicy.Disconnect)
            yield break;
        foreach (var worker in workers)
        {
            if (worker.State != WorkerState.InSession || !worker.IsOld(state.Epoch) || UnderOf(worker, state) is not { } under)
                continue;
            var after = (now - under.Until) / Libc.TicksPerSecond;
            if (after < settings.DisconnectAfterSeconds)
                continue;
            // A generation that came back later has younger sessions, and perhaps new ones, that read the same list.
            var isAlone = under.Digest != state.Digest && state.Past.Last(past => past.Digest == under.Digest) == under;
            yield return new DueSession(worker, isAlone ? under.Digest : null);
        }
    }

    private static PastGeneration? UnderOf(Worker worker, ReloadState state) => state.Past.FirstOrDefault(past => worker.IsOld(past.Until));
}
