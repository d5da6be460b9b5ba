using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chaos.Strikes;

/// <summary>
/// Shows one process another time of day, until it is disposed. Time namespaces have no CLOCK_REALTIME, and to step the machine's own clock would
/// harm everybody else on it; so what the process reads the clock by is changed in its memory. Its monotonic clocks stay right, as in a real step,
/// and programs that it starts meanwhile have the right time.
/// </summary>
internal sealed class SteppedClock : IDisposable
{
    private readonly int pid;
    private readonly long address;
    private readonly Vdso vdso;

    private SteppedClock(int pid, long address, Vdso vdso) => (this.pid, this.address, this.vdso) = (pid, address, vdso);

    /// <summary>Whether the code for it is there.</summary>
    public static bool IsPossible => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Moves the process's clock.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    public static SteppedClock Step(int pid, TimeSpan by)
    {
        var (from, to) = Range(pid);
        var image = new byte[to - from];
        using (var memory = Open(pid))
            RandomAccess.Read(memory, image, from);
        var clock = new SteppedClock(pid, from, new Vdso(image));
        clock.Write(clock.vdso.Stepped(by));
        return clock;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Write(vdso.Right());
        }
        catch (IOException)
        {
            // It is gone, and its successor has the right time.
        }
    }

    // None of its threads may be just there where code changes.
    private void Write(IReadOnlyList<VdsoPatch> patches)
    {
        using var memory = Open(pid);
        Processes.Signal(pid, Processes.SigStop);
        try
        {
            SpinWait.SpinUntil(() => Processes.IsStopped(pid), TimeSpan.FromSeconds(1));
            foreach (var patch in patches)
                RandomAccess.Write(memory, patch.Bytes, address + patch.Offset);
        }
        finally
        {
            Processes.Signal(pid, Processes.SigContinue);
        }
    }

    private static SafeFileHandle Open(int pid) => File.OpenHandle($"/proc/{pid}/mem", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    private static (long From, long To) Range(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/maps").First(static line => line.EndsWith("[vdso]", StringComparison.Ordinal));
        var ends = line.Split(' ')[0].Split('-');
        return (long.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), long.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
