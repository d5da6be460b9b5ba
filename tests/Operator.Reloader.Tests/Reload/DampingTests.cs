using Operator.Reloader.Reload;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reload;

public sealed class DampingTests
{
    private readonly ManualTimeProvider time = new();
    private readonly Damping damping;

    public DampingTests() => damping = new Damping(time);

    [Fact]
    public void What_is_new_is_never_held()
    {
        for (var generation = 0; generation < 50; generation++)
        {
            damping.Remaining($"{generation}").ShouldBe(TimeSpan.Zero);
            damping.Activated($"{generation}");
        }
    }

    [Fact]
    public void Someone_who_changes_their_mind_is_not_held()
    {
        Alternate(4).ShouldAllBe(static hold => hold == TimeSpan.Zero);
    }

    [Fact]
    public void What_comes_back_again_and_again_is_held_longer_each_time()
    {
        var holds = Alternate(40).SkipWhile(static hold => hold == TimeSpan.Zero).ToList();

        holds[..4].ShouldBe([Damping.Shortest, Damping.Shortest * 2, Damping.Shortest * 4, Damping.Shortest * 8]);
        holds.Max().ShouldBe(Damping.Longest);
    }

    [Fact]
    public void Something_new_passes_while_the_rest_is_held()
    {
        Alternate(10);

        damping.Remaining("a").ShouldBeGreaterThan(TimeSpan.Zero);
        damping.Remaining("new").ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void It_is_forgotten_after_a_while()
    {
        Alternate(10);

        time.Advance(Damping.Window + TimeSpan.FromSeconds(1));

        damping.Returns.ShouldBe(0);
        damping.Remaining("a").ShouldBe(TimeSpan.Zero);
    }

    /// <summary>Two writers in turns, each as fast as it may be.</summary>
    private List<TimeSpan> Alternate(int times)
    {
        var holds = new List<TimeSpan>();
        for (var turn = 0; turn < times; turn++)
        {
            var goal = turn % 2 == 0 ? "a" : "b";
            holds.Add(damping.Remaining(goal));
            time.Advance(holds[^1]);
            damping.Activated(goal);
        }
        return holds;
    }
}
