using System.Text;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Tests.Processes;

public sealed class ProcTextTests
{
    private const string Tail = " 77 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 678818 1 2 3\n";

    [Theory]
    [InlineData("imapd")]
    [InlineData("im ap) S 1 (d")]
    [InlineData("a) b")]
    [InlineData("")]
    public void Stat_is_read_whatever_the_command_is_called(string command)
    {
        ProcText.TryStat(Bytes($"42 ({command}) S{Tail}"), out var stat).ShouldBeTrue();

        stat.ShouldBe(new ProcessStat('S', 77, 678818));
    }

    [Theory]
    [InlineData("")]
    [InlineData("42 (imapd")]
    [InlineData("42 (imapd) S 77 1")]
    public void Stat_that_is_cut_short_is_no_stat(string text) => ProcText.TryStat(Bytes(text), out _).ShouldBeFalse();

    [Theory]
    [InlineData('T', true, false)]
    [InlineData('Z', false, true)]
    [InlineData('S', false, false)]
    public void State_says_stopped_and_gone(char state, bool stopped, bool gone)
    {
        ProcText.TryStat(Bytes($"42 (imapd) {state}{Tail}"), out var stat);

        stat.IsStopped.ShouldBe(stopped);
        stat.IsGone.ShouldBe(gone);
    }

    [Theory]
    [InlineData("0000000000006807", true)] // a worker in its main loop
    [InlineData("0000000000006806", false)]
    [InlineData("0000000000000000", false)] // between exec and the main loop
    [InlineData("0000000180016007", true)]
    public void Handler_for_hangup_is_the_lowest_bit_of_SigCgt(string mask, bool catches) =>
        ProcText.CatchesHangup(Bytes($"Name:\timapd\nSigIgn:\t0000000000001001\nSigCgt:\t{mask}\nCapInh:\t0\n")).ShouldBe(catches);

    [Fact]
    public void Status_of_a_process_that_is_gone_has_no_handler() => ProcText.CatchesHangup([]).ShouldBeFalse();

    [Fact]
    public void Variable_is_found_by_its_whole_name()
    {
        var environ = Bytes("CYRUS_SERVICES=no\0XCYRUS_SERVICE=no\0CYRUS_SERVICE=imaps\0CYRUS_ID=3\0");

        ProcText.TryVariable(environ, "CYRUS_SERVICE"u8, out var value).ShouldBeTrue();

        Encoding.UTF8.GetString(value).ShouldBe("imaps");
        ProcText.TryVariable(environ, "CYRUS_ISDAEMON"u8, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("socket:[205908]", 205908)]
    [InlineData("pipe:[205908]", 0)]
    [InlineData("/dev/null", 0)]
    [InlineData("", 0)]
    public void Inode_is_that_of_a_socket_only(string link, long inode) => ProcText.SocketInode(Bytes(link)).ShouldBe(inode);

    [Fact]
    public void Client_of_a_listener_is_known_by_the_local_port()
    {
        var table = new TcpTable();
        table.Add(
            Bytes("""
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000   103        0 500 1 0000000000000000 100 0 0 10 0
               1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000   103        0 501 1 0000000000000000 20 4 30 10 -1
               2: 0100007F:D432 0100007F:0185 01 00000000:00000000 00:00000000 00000000   103        0 502 1 0000000000000000 20 4 30 10 -1
            """),
            new HashSet<long> { 500, 501, 502, 503 });

        table.HasClient(500, [501]).ShouldBeTrue();
        table.HasClient(500, [502]).ShouldBeFalse("an outgoing connection is no session");
        table.HasClient(500, [503]).ShouldBeFalse("syslog's socket is no session");
        table.HasClient(999, [502]).ShouldBeTrue("in doubt it is a session");
    }

    [Fact]
    public void Own_process_is_read_from_the_real_proc()
    {
        var proc = new ProcFs("/proc");
        var pids = new List<int>();

        proc.ListPids(pids);

        pids.ShouldContain(Environment.ProcessId);
        proc.TryStat(Environment.ProcessId, out var stat).ShouldBeTrue();
        stat.Start.ShouldBeInRange(1, Operator.Reloader.Native.Libc.BootTicks());
        proc.Executable(Environment.ProcessId).ShouldBe(Environment.ProcessPath);
        proc.TryStat(int.MaxValue, out _).ShouldBeFalse();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
