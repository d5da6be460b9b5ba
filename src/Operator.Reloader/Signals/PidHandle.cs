using Operator.Reloader.Native;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Signals;

/// <summary>A process that cannot be mistaken: signals through it never reach another that got its pid later.</summary>
internal sealed class PidHandle : IDisposable
{
    private readonly int _descriptor;

    private PidHandle(int descriptor) => _descriptor = descriptor;

    /// <summary>
    /// Opens the process with this pid, and then makes sure that it is the one that started at <paramref name="start"/>: looked up after
    /// pidfd_open(2), an equal start time proves that the descriptor is of that very process.
    /// </summary>
    /// <returns>Null when that process is gone.</returns>
    public static PidHandle? Open(ProcFs proc, int pid, long start)
    {
        var descriptor = Libc.PidfdOpen(pid);
        if (descriptor < 0)
            return null;
        if (proc.TryStat(pid, out var stat) && stat.Start == start && !stat.IsGone)
            return new PidHandle(descriptor);
        _ = Libc.Close(descriptor);
        return null;
    }

    /// <summary>Sends a signal; false when the process is gone.</summary>
    public bool Send(Signal signal) => Libc.PidfdSendSignal(_descriptor, (int)signal);

    /// <inheritdoc/>
    public void Dispose() => _ = Libc.Close(_descriptor);
}
