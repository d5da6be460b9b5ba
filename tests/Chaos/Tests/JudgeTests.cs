using MailLoad;

namespace Chaos.Tests;

public sealed class JudgeTests
{
    private static readonly Dictionary<string, int> s_numbers = new() { ["old"] = 1, ["new"] = 2 };

    [Theory]
    [InlineData(nameof(Damage.None), 2)]
    [InlineData(nameof(Damage.OneSession), 1)]
    [InlineData(nameof(Damage.AllSessions), 0)]
    public void A_fault_excuses_what_it_may_cost_and_no_more(string damage, int hurt) =>
        Judge.Hurt([Dropped(15), Dropped(16)], [new Excuse("fault", Enum.Parse<Damage>(damage), 10, 20)], Time).Count().ShouldBe(hurt);

    [Fact]
    public void Nothing_is_excused_before_a_fault_or_long_after_it() =>
        Judge.Hurt([Dropped(9), Dropped(21)], [new Excuse("fault", Damage.AllSessions, 10, 20)], Time).ShouldBe(
            ["9 Dropped imap idle: closed", "21 Dropped imap idle: closed"]);

    [Fact]
    public void The_old_certificate_may_be_shown_until_the_new_one_is_called_healthy()
    {
        Mark[] healthy = [new(10, 1, 0), new(20, 2, 0)];

        Judge.Stale([new Handshake(19, 30, 1143, "old"), new Handshake(21, 30, 1143, "new")], s_numbers, healthy, Time).ShouldBeEmpty();
        Judge.Stale([new Handshake(21, 30, 1143, "old"), new Handshake(21, 30, 1143, "unknown")], s_numbers, healthy, Time).ShouldBe(
            ["21 port 1143: certificate 1 after 2 was called healthy", "21 port 1143: certificate 0 after 2 was called healthy"]);
    }

    [Fact]
    public void The_same_is_true_of_a_configuration()
    {
        Mark[] healthy = [new(10, 1, 3)];

        Judge.Stale([new Handshake(11, 12, 1143, "old", "* CAPABILITY IDLE APPENDLIMIT=5000003")], s_numbers, healthy, Time).ShouldBeEmpty();
        Judge.Stale([new Handshake(11, 12, 1143, "old", "* CAPABILITY IDLE APPENDLIMIT=5000002")], s_numbers, healthy, Time).ShouldBe(
            ["11 port 1143: configuration 2 after 3 was called healthy"]);
    }

    [Fact]
    public void The_last_configuration_must_have_been_seen()
    {
        Handshake[] seen = [new(11, 12, 1143, "old", "* CAPABILITY IDLE APPENDLIMIT=5000003"), new(11, 12, 1110, "old")];

        Judge.Unseen(seen, 3).ShouldBeEmpty();
        Judge.Unseen(seen, 4).ShouldBe(["no connection was served by the last configuration, 4"]);
    }

    [Fact]
    public void An_attempt_is_excused_by_when_it_was_begun() =>
        Judge.Hurt([new Trouble(40, 19, Incident.Refused, "lmtp", ""), new Trouble(40, 21, Incident.Refused, "lmtp", "late")],
            [new Excuse("fault", Damage.AllSessions, 10, 20)], Time).ShouldBe(["40 Refused lmtp: late"]);

    private static Trouble Dropped(long at) => new(at, at, Incident.Dropped, "imap idle", "closed");

    private static string Time(long at) => $"{at}";
}
