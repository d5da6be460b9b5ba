using Operator.Kubernetes.Events;

namespace Operator.Kubernetes.Tests.Events;

public sealed class EventCorrelatorTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly EventCorrelator correlator = new();

    [Fact]
    public void The_same_again_is_counted_and_told_when_it_is_asked_for()
    {
        Say("note", 0).ShouldNotBeNull();
        Say("note", 1).ShouldBeNull();
        Say("note", 2).ShouldBeNull();

        var told = Repeated(60).ShouldHaveSingleItem();
        (told.Count, told.First, told.Last).ShouldBe((3, s_now, s_now.AddSeconds(2)));
        Repeated(120).ShouldBeEmpty();
    }

    [Fact]
    public void Ten_minutes_after_the_last_time_the_same_is_a_new_event()
    {
        Say("note", 0);
        Say("note", 500).ShouldBeNull();
        Say("note", 1099).ShouldBeNull();

        Say("note", 1699)!.Count.ShouldBe(1);
    }

    [Fact]
    public void Another_note_is_another_event()
    {
        Say("note", 0).ShouldNotBeNull();
        Say("another note", 0).ShouldNotBeNull();
    }

    [Fact]
    public void An_object_has_a_burst_of_25_and_then_one_write_each_five_minutes()
    {
        Enumerable.Range(0, 100).Count(i => Say($"note {i}", 0) is not null).ShouldBe(25);
        Say("late", 299).ShouldBeNull();
        Say("late", 300).ShouldNotBeNull();
        Say("later", 301).ShouldBeNull();
    }

    [Fact]
    public void The_flood_about_one_object_costs_no_other_one()
    {
        for (var i = 0; i < 100; i++)
            Say($"note {i}", 0);

        Say("note", 0, "other").ShouldNotBeNull();
    }

    [Fact]
    public void Repetitions_cost_budget_too_and_are_told_when_there_is_some_again()
    {
        for (var i = 0; i < 25; i++)
            Say($"note {i}", 0);
        Say("note 0", 1);

        Repeated(60).ShouldBeEmpty();
        Repeated(300).ShouldHaveSingleItem().Count.ShouldBe(2);
    }

    [Fact]
    public void A_flood_about_many_objects_is_forgotten_in_time()
    {
        for (var i = 0; i < 50_000; i++)
            Say("note", 0, $"object-{i}").ShouldNotBeNull();

        correlator.Remembers.ShouldBeLessThanOrEqualTo(2 * 4096);
        Repeated(3600);
        correlator.Remembers.ShouldBe(0);
    }

    private EventState? Say(string note, double seconds, string name = "a")
    {
        var content = new EventContent(new EventSubject("v1", "ConfigMap", "ns", name, "u"), EventType.Normal, "Reason", "Act", note);
        return correlator.Take(content, TimeSpan.FromSeconds(seconds), s_now.AddSeconds(seconds), "suffix");
    }

    private IReadOnlyList<EventState> Repeated(double seconds) => correlator.Repeated(TimeSpan.FromSeconds(seconds));
}
