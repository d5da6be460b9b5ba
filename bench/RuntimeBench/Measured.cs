using System.Diagnostics.Metrics;
using System.Globalization;

namespace RuntimeBench;

/// <summary>What a process holds, as the kernel sees it.</summary>
internal static class Measured
{
    /// <summary>Resident memory in MB (proc(5), VmRSS), as it is: garbage that has not been collected counts.</summary>
    public static double Rss()
    {
        var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(':', StringSplitOptions.TrimEntries)[1].Split(' ')[0], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Live objects in MB.</summary>
    public static double Heap() => GC.GetTotalMemory(forceFullCollection: true) / 1024.0 / 1024.0;

    /// <summary>One figure, for the process that asked for it.</summary>
    public static void Report(string name, double value) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}={value:0.###}"));
}

/// <summary>Counts what this process asks over HTTP.</summary>
internal sealed class RequestCounter : IDisposable
{
    private readonly MeterListener listener = new();
    private int all;
    private int writes;

    public RequestCounter()
    {
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument is { Meter.Name: "System.Net.Http", Name: "http.client.active_requests" }) // one up at each start
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(Count);
        listener.Start();
    }

    public int All => Volatile.Read(ref all);

    public int Writes => Volatile.Read(ref writes);

    public void Dispose() => listener.Dispose();

    private void Count(Instrument instrument, long change, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (change <= 0)
            return;
        Interlocked.Increment(ref all);
        foreach (var (name, value) in tags)
        {
            if (name == "http.request.method" && value is not "GET")
                Interlocked.Increment(ref writes);
        }
    }
}
