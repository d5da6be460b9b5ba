using Operator.Reloader.Processes;

namespace Operator.Reloader.Tests.Processes;

public sealed class WorkerRulesTests
{
    private const long Listening = 500;
    private const long Client = 501;

    [Theory]
    [InlineData(true, 0, 0, WorkerState.Idle)]
    [InlineData(false, 0, 0, WorkerState.Starting)]
    [InlineData(true, Client, 0, WorkerState.InSession)]
    [InlineData(true, Listening, 0, WorkerState.Idle)] // notifyd: one datagram socket on 0 and 4 for ever
    [InlineData(true, 700, 700, WorkerState.Idle)] // the master's own stdin is a socket, and this worker was never used
    public void State_follows_from_stdin_and_handlers(bool catches, long stdin, long mastersStdin, object state) =>
        WorkerRules.State(catches, stdin, Listening, mastersStdin).ShouldBe(state);

    [Theory]
    [InlineData(false, true, WorkerState.Unreloadable)] // mupdate
    [InlineData(false, false, WorkerState.Starting)]
    [InlineData(true, true, WorkerState.Idle)] // a library's thread: it can be hung up all the same
    public void Several_threads_without_a_handler_never_become_ready(bool catches, bool hasThreads, object state) =>
        WorkerRules.State(catches, 0, Listening, 0, hasThreads).ShouldBe(state);

    [Theory]
    [InlineData(true, Listening, false, ChildKind.Worker)]
    [InlineData(false, 0, true, ChildKind.Daemon)]
    [InlineData(false, 0, false, ChildKind.Job)]
    [InlineData(true, 0, false, ChildKind.Job)]
    public void Kind_follows_from_the_inherited_descriptors(bool pipe, long listening, bool daemon, object kind) =>
        WorkerRules.Kind(pipe, listening, daemon).ShouldBe(kind);

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)] // the tick of the flip itself counts as old
    [InlineData(101, false)]
    public void Worker_is_old_up_to_the_tick_of_the_flip(long start, bool old) =>
        new Worker(1, start, "imap", Listening, WorkerState.Idle).IsOld(100).ShouldBe(old);

    [Theory]
    [InlineData("/usr/lib/cyrus/bin/master", true)]
    [InlineData("/usr/sbin/cyrmaster", true)]
    [InlineData("/usr/lib/postfix/sbin/master2", false)]
    [InlineData("/bin/sh", false)]
    public void Master_is_known_by_its_executable(string path, bool isMaster) => MasterProcess.IsMaster(path).ShouldBe(isMaster);

    [Fact]
    public void Pid_file_that_names_another_program_names_no_master()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"{Environment.ProcessId}\n");

        MasterProcess.Find(new ProcFs("/proc"), file).ShouldBeNull();

        File.Delete(file);
        MasterProcess.Find(new ProcFs("/proc"), file).ShouldBeNull();
    }
}
