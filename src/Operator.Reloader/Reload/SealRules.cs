using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>
/// Whether the change of the binaries' mtime right after a flip reached every old worker. A worker records the mtime after it has read
/// imapd.conf and before it installs its handlers (service.c:main), so one that was between the two may hold the new mtime with the old
/// configuration: then the mtime is changed again, once no such worker is left. Pure.
/// </summary>
internal static class SealRules
{
    /// <summary>Whether no old worker can have recorded the new mtime.</summary>
    /// <param name="before">Workers seen before the flip.</param>
    /// <param name="beforeTicks">Boot-clock ticks noted before that look.</param>
    /// <param name="after">Workers seen after the flip.</param>
    /// <param name="epoch">Boot-clock ticks after the flip.</param>
    public static bool IsSealed(IReadOnlyList<Worker> before, long beforeTicks, IReadOnlyList<Worker> after, long epoch)
    {
        foreach (var worker in before)
        {
            if (worker.State == WorkerState.Starting)
                return false;
        }
        foreach (var worker in after)
        {
            if (worker.IsOld(epoch) && worker.Start >= beforeTicks)
                return false; // forked between the look and the flip
        }
        return true;
    }
}
