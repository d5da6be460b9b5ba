using Operator.Reloader.Reload;

namespace Operator.Reloader.Tests.Reload;

public sealed class DaemonRulesTests
{
    [Theory]
    [InlineData("sync_client")]
    [InlineData("calalarmd")]
    [InlineData("promstatsd")]
    [InlineData("squatter")]
    public void Daemon_that_holds_old_configuration_is_started_anew(string program) =>
        DaemonRules.For(program).ShouldBe(DaemonAction.Terminate);

    [Theory]
    [InlineData("idled")] // its restart would take the push from sessions that are in IDLE
    [InlineData("saslauthd")]
    [InlineData("")] // the executable could not be read
    public void Any_other_daemon_is_left(string program) => DaemonRules.For(program).ShouldBe(DaemonAction.Leave);
}
