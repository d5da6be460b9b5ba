using Operator.Reloader.Drain;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Tests.Drain;

public sealed class ShutdownNoticeTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ShutdownNotice notice;

    public ShutdownNoticeTests()
    {
        Directory.CreateDirectory(directory["msg"]);
        notice = new ShutdownNotice(directory.Path);
    }

    private string Shutdown => directory["msg/shutdown"];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void It_is_written_once_and_removed()
    {
        notice.Write();
        notice.Write();

        Directory.GetFiles(directory["msg"]).ShouldBe([Shutdown]);
        File.ReadAllText(Shutdown).ShouldNotBeEmpty();
        notice.Remove().ShouldBeTrue();
        File.Exists(Shutdown).ShouldBeFalse();
        notice.Remove().ShouldBeFalse();
    }

    [Fact]
    public void What_an_administrator_wrote_is_neither_overwritten_nor_removed()
    {
        directory.Write("msg/shutdown", "Back on Monday\n");

        notice.Write();
        notice.Remove().ShouldBeFalse();
        notice.RemoveLeftOver(Master(startedSecondsAgo: 0), TimeProvider.System.GetUtcNow().AddHours(1)).ShouldBeFalse();

        File.ReadAllText(Shutdown).ShouldBe("Back on Monday\n");
    }

    [Fact]
    public void It_is_left_over_when_the_master_started_after_it()
    {
        notice.Write();
        var now = TimeProvider.System.GetUtcNow();

        notice.RemoveLeftOver(Master(startedSecondsAgo: 60), now.AddSeconds(30)).ShouldBeFalse();
        notice.RemoveLeftOver(Master(startedSecondsAgo: 60), now.AddSeconds(90)).ShouldBeTrue();
        File.Exists(Shutdown).ShouldBeFalse();
    }

    private static MasterProcess Master(int startedSecondsAgo) => new(1, Libc.BootTicks() - (startedSecondsAgo * Libc.TicksPerSecond), [], 0);
}
