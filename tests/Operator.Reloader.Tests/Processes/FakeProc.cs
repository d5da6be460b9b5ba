using System.Globalization;

namespace Operator.Reloader.Tests.Processes;

/// <summary>A /proc of plain files, in which anything can happen between two looks.</summary>
internal sealed class FakeProc : IDisposable
{
    public const int MasterPid = 100;

    private readonly TemporaryDirectory directory = new();

    public FakeProc() => WriteStat(MasterPid, parent: 1, start: 10);

    public string Path => directory.Path;

    public string this[string name] => directory[name];

    /// <summary>A child of the master that waits for a client.</summary>
    public void WriteWorker(int pid, long start, string service)
    {
        WriteStat(pid, MasterPid, start);
        WriteStatus(pid, catches: true);
        directory.Write($"{pid}/cmdline", service + "d\0");
        directory.Write($"{pid}/environ", $"PATH=/bin\0CYRUS_SERVICE={service}\0");
        Directory.CreateDirectory(directory[$"{pid}/fd"]);
        LinkStdin(pid, "/dev/null");
        Link($"{pid}/fd/3", "pipe:[8]");
        Link($"{pid}/fd/4", "socket:[9]");
    }

    public void LinkStdin(int pid, string target) => Link($"{pid}/fd/0", target);

    public void LinkProgram(int pid, string target) => Link($"{pid}/exe", target);

    /// <summary>Whether it has its handlers, as it has them once it is past its start.</summary>
    public void WriteStatus(int pid, bool catches) => directory.Write($"{pid}/status", $"Name:\tx\nThreads:\t1\nSigCgt:\t000000000000000{(catches ? 1 : 0)}\n");

    public void WriteStat(int pid, int parent, long start, char state = 'S') => directory.Write(
        $"{pid}/stat", string.Create(CultureInfo.InvariantCulture, $"{pid} (x) {state} {parent} 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 {start} 0\n"));

    public void Dispose() => directory.Dispose();

    private void Link(string name, string target)
    {
        File.Delete(directory[name]);
        File.CreateSymbolicLink(directory[name], target);
    }
}
