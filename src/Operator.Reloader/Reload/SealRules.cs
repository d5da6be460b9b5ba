using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>
/// Which old workers the change of the binaries' mtime right after a flip may not have reached. A worker records the mtime after it has read
/// imapd.conf and before it installs its handlers (service.c:main), so one that was between the two may hold the new mtime with the old
/// configuration: then the mtime of its binary is changed again, once no such worker is left. Pure.
/// </summary>
internal static class SealRules
{
    /// <summary>The old workers that can have recorded the new mtime.</summary>
    /// <param name="before">Workers seen before the flip.</param>
    /// <param name="beforeTicks">Boot-clock ticks noted before that look.</param>
    /// <param name="after">Workers seen after the flip.</param>
    /// <param name="epoch">Boot-clock ticks after the flip.</param>
    public static IEnumerable<Worker> Suspects(IReadOnlyList<Worker> before, long beforeTicks, IReadOnlyList<Worker> after, long epoch) =>
    [
        .. before.Where(static worker => worker.State == WorkerState.Starting),
        .. after.Where(worker => worker.IsOld(epoch) && worker.Start >= beforeTicks), // forked between the look and the flip
    ];
}
