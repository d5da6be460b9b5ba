using System.Diagnostics;
using Operator.Reloader.Install;
using Operator.Reloader.Processes;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Tests.Install;

public sealed class InstallTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public InstallTests() => InstallCommand.Run(new ReloaderOptions { Tools = directory["tools"] });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Executable_and_guard_are_put_in_place_ready_to_run()
    {
        InstallCommand.Run(new ReloaderOptions { Tools = directory["tools"] }); // again, as after a restart of the pod's containers

        new FileInfo(directory["tools/cyrus-reloader"]).Length.ShouldBe(new FileInfo(Environment.ProcessPath!).Length);
        File.GetUnixFileMode(directory["tools/guard.sh"]).HasFlag(UnixFileMode.OtherExecute).ShouldBeTrue();
        Directory.GetFiles(directory["tools"]).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Guard_continues_the_stopped_and_starts_the_engine_again_when_it_is_killed()
    {
        using var sleeper = Process.Start("sleep", "600");
        Posix.Send(sleeper.Id, Posix.Stop).ShouldBe(0);
        directory.Write("engine.sh", $"echo $$ >>{directory["pids"]}; echo {sleeper.Id} >{directory["held"]}; exec sleep 600");
        using var guard = StartGuard();
        var first = await PidAsync(0);

        Posix.Send(first, Posix.Kill).ShouldBe(0);

        var second = await PidAsync(1);
        second.ShouldNotBe(first);
        new ProcFs("/proc").TryStat(sleeper.Id, out var stat).ShouldBeTrue();
        stat.IsStopped.ShouldBeFalse();
        guard.HasExited.ShouldBeFalse();

        Posix.Send(guard.Id, Posix.Terminate).ShouldBe(0);
        await guard.WaitForExitAsync(Stop);
        guard.ExitCode.ShouldBe(128 + Posix.Terminate);
        sleeper.Kill();
    }

    private Process StartGuard()
    {
        var start = new ProcessStartInfo("sh", [directory["tools/guard.sh"], "sh", directory["engine.sh"]]);
        start.Environment["CYRUS_RELOADER_RUN"] = directory.Path;
        return Process.Start(start)!;
    }

    private async Task<int> PidAsync(int index)
    {
        while (true)
        {
            var lines = File.Exists(directory["pids"]) ? await File.ReadAllLinesAsync(directory["pids"], Stop) : [];
            if (lines.Length > index)
                return int.Parse(lines[index], System.Globalization.CultureInfo.InvariantCulture);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }
}
