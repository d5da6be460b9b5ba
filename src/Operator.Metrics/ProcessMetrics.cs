using System.Diagnostics;
using System.Globalization;

namespace Operator.Metrics;

/// <summary>
/// What a process of ours uses, under the names that Prometheus' client libraries have for it
/// (prometheus docs, writing_clientlibs.md, "Process metrics"), and .NET's own.
/// </summary>
public static class ProcessMetrics
{
    private static readonly MetricDefinition
        s_cpu = Counter("process_cpu_seconds_total", "Processor time that the process has used, user and system, in seconds."),
        s_memory = Gauge("process_resident_memory_bytes", "Memory of the process that is in RAM."),
        s_virtual = Gauge("process_virtual_memory_bytes", "Address space of the process."),
        s_start = Gauge("process_start_time_seconds", "When the process was started, in seconds since 1970."),
        s_files = Gauge("process_open_fds", "Open file descriptors."),
        s_mostFiles = Gauge("process_max_fds", "How many file descriptors the process may have open."),
        s_collections = Counter("dotnet_gc_collections_total", "Garbage collections, each counted in the oldest generation that it went through.", "generation"),
        s_pauses = Counter("dotnet_gc_pause_seconds_total", "Time for which garbage collections stopped the process, in seconds."),
        s_allocated = Counter("dotnet_gc_allocated_bytes_total", "Bytes that were allocated on the managed heap since the start."),
        s_heap = Gauge("dotnet_gc_heap_bytes", "Bytes that the managed heap holds, garbage that is not collected yet included."),
        s_committed = Gauge("dotnet_gc_committed_bytes", "Memory that the managed heap had from the system at the last collection."),
        s_threads = Gauge("dotnet_threadpool_threads", "Threads of the thread pool."),
        s_queue = Gauge("dotnet_threadpool_queue_length", "Work items that wait for a thread of the pool.");

    /// <summary>What there is.</summary>
    public static IReadOnlyList<MetricDefinition> Definitions { get; } =
    [
        s_cpu, s_memory, s_virtual, s_start, s_files, s_mostFiles,
        s_collections, s_pauses, s_allocated, s_heap, s_committed, s_threads, s_queue,
    ];

    /// <summary>All of it as it is now.</summary>
    public static IReadOnlyList<MetricFamily> Read()
    {
        using var process = Process.GetCurrentProcess();
        var limit = MostFiles();
        return
        [
            One(s_cpu, Environment.CpuUsage.TotalTime.TotalSeconds),
            One(s_memory, process.WorkingSet64),
            One(s_virtual, process.VirtualMemorySize64),
            One(s_start, new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0),
            One(s_files, Directory.GetFileSystemEntries("/proc/self/fd").Length - 1), // the listing itself has one open
            .. limit is { } most ? (MetricFamily[])[One(s_mostFiles, most)] : [],
            s_collections.With([.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(Collections)]),
            One(s_pauses, GC.GetTotalPauseDuration().TotalSeconds),
            One(s_allocated, GC.GetTotalAllocatedBytes()),
            One(s_heap, GC.GetTotalMemory(forceFullCollection: false)),
            One(s_committed, GC.GetGCMemoryInfo().TotalCommittedBytes),
            One(s_threads, ThreadPool.ThreadCount),
            One(s_queue, ThreadPool.PendingWorkItemCount),
        ];
    }

    // The runtime counts a collection in each generation up to its own.
    private static MetricSeries Collections(int generation)
    {
        var above = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
        return s_collections.Series(GC.CollectionCount(generation) - above, generation.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>proc(5), limits: "Max open files", the soft limit first; null where it is unlimited.</summary>
    private static long? MostFiles()
    {
        const string Label = "Max open files";
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(static line => line.StartsWith(Label, StringComparison.Ordinal));
        var soft = line?[Label.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    private static MetricFamily One(MetricDefinition definition, double value) => definition.With(definition.Series(value));

    private static MetricDefinition Counter(string name, string help, params IReadOnlyList<string> labels) => new(name, MetricType.Counter, help, labels);

    private static MetricDefinition Gauge(string name, string help) => new(name, MetricType.Gauge, help);
}
