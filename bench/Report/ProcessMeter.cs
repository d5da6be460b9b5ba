using System.Globalization;
using System.Runtime.InteropServices;

namespace Report;

/// <summary>Looks at a process from outside, as the kernel sees it, and costs it nothing.</summary>
/// <param name="pid">Its number.</param>
public sealed partial class ProcessMeter(int pid)
{
    private const double KilobytesPerMegabyte = 1024;
    private const int ScheduledClock = 2; // linux/posix-timers_types.h: CPUCLOCK_SCHED

    /// <summary>Resident memory in MB.</summary>
    public double Rss() => KilobytesOf("smaps_rollup", "Rss:") / KilobytesPerMegabyte;

    /// <summary>Resident memory that is no file's, in MB.</summary>
    public double Anonymous() => KilobytesOf("smaps_rollup", "Anonymous:") / KilobytesPerMegabyte;

    /// <summary>Processor time so far, threads that have ended included, to the nanosecond.</summary>
    /// <exception cref="InvalidOperationException">The process is gone.</exception>
    public unsafe TimeSpan Cpu()
    {
        Timespec time;
        var clock = (~pid << 3) | ScheduledClock; // clock_getcpuclockid(3)
        return ClockGetTime(clock, &time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
            : throw new InvalidOperationException($"Process {pid} is gone.");
    }

    /// <summary>Times that each of its threads has gone to sleep by itself so far, and so has been woken.</summary>
    public IReadOnlyDictionary<int, long> Sleeps()
    {
        var sleeps = new Dictionary<int, long>();
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{pid}/task").Select(static path => Path.GetFileName(path)))
        {
            try
            {
                sleeps[int.Parse(thread, CultureInfo.InvariantCulture)] =
                    long.Parse(ValueOf($"/proc/{pid}/task/{thread}/status", "voluntary_ctxt_switches:"), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return sleeps;
    }

    /// <summary>Wake-ups since an earlier look; those of threads that have ended meanwhile are not known.</summary>
    public long WakeUpsSince(IReadOnlyDictionary<int, long> earlier) => Sleeps().Sum(thread => thread.Value - earlier.GetValueOrDefault(thread.Key));

    /// <summary>Its children that have not ended.</summary>
    public IEnumerable<int> Children() => File.ReadAllText($"/proc/{pid}/task/{pid}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static text => int.Parse(text, CultureInfo.InvariantCulture));

    /// <summary>Processor time of it and of its children that have ended; to a hundredth of a second.</summary>
    public TimeSpan CpuWithChildren()
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' '); // from field 3; 14 to 17 are the times
        return TimeSpan.FromMilliseconds(fields[11..15].Sum(static field => long.Parse(field, CultureInfo.InvariantCulture)) * 10);
    }

    private double KilobytesOf(string file, string name) =>
        double.Parse(ValueOf($"/proc/{pid}/{file}", name).Split(' ')[0], CultureInfo.InvariantCulture);

    private static string ValueOf(string path, string name) =>
        File.ReadLines(path).First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int ClockGetTime(int clock, Timespec* time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
