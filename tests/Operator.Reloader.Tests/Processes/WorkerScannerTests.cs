using Operator.Reloader.Processes;

namespace Operator.Reloader.Tests.Processes;

/// <summary>The scanner on a /proc of plain files, in which anything can happen between two looks.</summary>
public sealed class WorkerScannerTests : IDisposable
{
    private const int Imap = 201;

    private readonly FakeProc processes = new();
    private readonly WorkerScanner scanner;
    private readonly MasterProcess master = new(FakeProc.MasterPid, Start: 10, "master"u8.ToArray(), Stdin: 0);

    public WorkerScannerTests()
    {
        scanner = new WorkerScanner(new ProcFs(processes.Path));
        processes.WriteWorker(Imap, start: 20, "imap");
        processes.WriteWorker(202, start: 21, "pop3");
    }

    public void Dispose()
    {
        scanner.Dispose();
        processes.Dispose();
    }

    [Fact]
    public void A_session_is_seen_at_the_next_look()
    {
        States().ShouldBe([WorkerState.Idle, WorkerState.Idle]);

        processes.LinkStdin(Imap, "socket:[77]");
        States().ShouldBe([WorkerState.InSession, WorkerState.Idle]);

        processes.LinkStdin(Imap, "/dev/null");
        States().ShouldBe([WorkerState.Idle, WorkerState.Idle]);
    }

    [Fact]
    public void Of_a_known_worker_nothing_is_read_again_but_its_descriptor_0()
    {
        var before = Scan();
        foreach (var file in (string[])["stat", "status", "environ", "cmdline"])
            File.Delete(processes[$"{Imap}/{file}"]);

        Scan().ShouldBe(before);
    }

    [Fact]
    public void A_worker_that_still_starts_is_read_until_its_handlers_are_there()
    {
        processes.WriteStatus(Imap, catches: false);
        States().ShouldBe([WorkerState.Starting, WorkerState.Idle]);

        processes.WriteStatus(Imap, catches: true);
        States().ShouldBe([WorkerState.Idle, WorkerState.Idle]);
    }

    [Fact]
    public void A_worker_that_has_ended_is_forgotten_and_its_processes_closed()
    {
        Scan();
        Open().ShouldBe(2);

        Directory.Delete(processes[$"{Imap}"], recursive: true);

        Scan().Select(static worker => worker.Service).ShouldBe(["pop3"]);
        Open().ShouldBe(1);
    }

    [Fact]
    public void One_that_only_waits_to_be_reaped_counts_no_more()
    {
        Scan();

        File.Delete(processes[$"{Imap}/fd/0"]); // as the kernel has it
        processes.WriteStat(Imap, FakeProc.MasterPid, start: 20, state: 'Z');

        Scan().Select(static worker => worker.Service).ShouldBe(["pop3"]);
    }

    [Fact]
    public void Another_process_with_the_pid_of_a_known_worker_is_learned_afresh()
    {
        Scan();

        Directory.Delete(processes[$"{Imap}"], recursive: true);
        processes.WriteWorker(Imap, start: 99, "lmtp");

        Scan().Single(static worker => worker.Pid == Imap).ShouldBe(new Worker(Imap, 99, "lmtp", 9, WorkerState.Idle));
        Open().ShouldBe(2);
    }

    [Fact]
    public void Nothing_is_remembered_of_the_children_of_a_master_that_has_ended()
    {
        Scan().Count.ShouldBe(2);

        processes.WriteStat(FakeProc.MasterPid, parent: 1, start: 10, state: 'Z');
        processes.WriteStat(Imap, parent: 1, start: 20);

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
        .Count(link => new FileInfo(link).LinkTarget?.StartsWith(processes.Path + "/", StringComparison.Ordinal) == true);
}
