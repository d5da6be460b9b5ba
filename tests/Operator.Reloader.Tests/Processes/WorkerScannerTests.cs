using System.Globalization;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Tests.Processes;

/// <summary>The scanner on a /proc of plain files, in which anything can happen between two looks.</summary>
public sealed class WorkerScannerTests : IDisposable
{
    private const int MasterPid = 100;
    private const int Imap = 201;

    private readonly TemporaryDirectory directory = new();
    private readonly WorkerScanner scanner;
    private readonly MasterProcess master = new(MasterPid, Start: 10, "master"u8.ToArray(), Stdin: 0);

    public WorkerScannerTests()
    {
        scanner = new WorkerScanner(new ProcFs(directory.Path));
        WriteStat(MasterPid, parent: 1, start: 10);
        WriteWorker(Imap, start: 20, "imap");
        WriteWorker(202, start: 21, "pop3");
    }

    public void Dispose()
    {
        scanner.Dispose();
        directory.Dispose();
    }

    [Fact]
    public void A_session_is_seen_at_the_next_look()
    {
        States().ShouldBe([WorkerState.Idle, WorkerState.Idle]);

        LinkStdin(Imap, "socket:[77]");
        States().ShouldBe([WorkerState.InSession, WorkerState.Idle]);

        LinkStdin(Imap, "/dev/null");
        States().ShouldBe([WorkerState.Idle, WorkerState.Idle]);
    }

    [Fact]
    public void Of_a_known_worker_nothing_is_read_again_but_its_descriptor_0()
    {
        var before = Scan();
        foreach (var file in (string[])["stat", "status", "environ", "cmdline"])
            File.Delete(directory[$"{Imap}/{file}"]);

        Scan().ShouldBe(before);
    }

    [Fact]
    public void A_worker_that_still_starts_is_read_until_its_handlers_are_there()
    {
        WriteStatus(Imap, catches: false);
        States().ShouldBe([WorkerState.Starting, WorkerState.Idle]);

        WriteStatus(Imap, catches: true);
        States().ShouldBe([WorkerState.Idle, WorkerState.Idle]);
    }

    [Fact]
    public void A_worker_that_has_ended_is_forgotten_and_its_directory_closed()
    {
        Scan();
        Open().ShouldBe(2);

        Directory.Delete(directory[$"{Imap}"], recursive: true);

        Scan().Select(static worker => worker.Service).ShouldBe(["pop3"]);
        Open().ShouldBe(1);
    }

    [Fact]
    public void One_that_only_waits_to_be_reaped_counts_no_more()
    {
        Scan();

        File.Delete(directory[$"{Imap}/fd/0"]); // as the kernel has it
        WriteStat(Imap, MasterPid, start: 20, state: 'Z');

        Scan().Select(static worker => worker.Service).ShouldBe(["pop3"]);
    }

    [Fact]
    public void Another_process_with_the_pid_of_a_known_worker_is_learned_afresh()
    {
        Scan();

        Directory.Delete(directory[$"{Imap}"], recursive: true);
        WriteWorker(Imap, start: 99, "lmtp");

        Scan().Single(static worker => worker.Pid == Imap).ShouldBe(new Worker(Imap, 99, "lmtp", 9, WorkerState.Idle));
        Open().ShouldBe(2);
    }

    [Fact]
    public void Nothing_is_remembered_of_the_children_of_a_master_that_has_ended()
    {
        Scan().Count.ShouldBe(2);

        WriteStat(MasterPid, parent: 1, start: 10, state: 'Z');
        WriteStat(Imap, parent: 1, start: 20);

        Scan().Select(static worker => worker.Service).ShouldBe(["pop3"]);
    }

    [Fact]
    public void Disposing_closes_all()
    {
        Scan();

        scanner.Dispose();

        Open().ShouldBe(0);
    }

    private List<Worker> Scan() => [.. scanner.Scan(master).Workers.OrderBy(static worker => worker.Pid)];

    private IEnumerable<WorkerState> States() => Scan().Select(static worker => worker.State);

    /// <summary>Descriptors of this process that are directories below the test's.</summary>
    private int Open() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(link => new FileInfo(link).LinkTarget?.StartsWith(directory.Path + "/", StringComparison.Ordinal) == true);

    private void WriteWorker(int pid, long start, string service)
    {
        WriteStat(pid, MasterPid, start);
        WriteStatus(pid, catches: true);
        directory.Write($"{pid}/cmdline", service + "d\0");
        directory.Write($"{pid}/environ", $"PATH=/bin\0CYRUS_SERVICE={service}\0");
        Directory.CreateDirectory(directory[$"{pid}/fd"]);
        LinkStdin(pid, "/dev/null");
        File.CreateSymbolicLink(directory[$"{pid}/fd/3"], "pipe:[8]");
        File.CreateSymbolicLink(directory[$"{pid}/fd/4"], "socket:[9]");
    }

    private void LinkStdin(int pid, string target)
    {
        File.Delete(directory[$"{pid}/fd/0"]);
        File.CreateSymbolicLink(directory[$"{pid}/fd/0"], target);
    }

    private void WriteStatus(int pid, bool catches) => directory.Write($"{pid}/status", $"Name:\tx\nThreads:\t1\nSigCgt:\t000000000000000{(catches ? 1 : 0)}\n");

    private void WriteStat(int pid, int parent, long start, char state = 'S') => directory.Write(
        $"{pid}/stat", string.Create(CultureInfo.InvariantCulture, $"{pid} (x) {state} {parent} 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 {start} 0\n"));
}
