using Operator.Reloader.Generations;

namespace Operator.Reloader.Tests.Generations;

public sealed class ReloadStateTests
{
    private static readonly ReloadState Served = new() { Digest = "a", Epoch = 100, Proved = true, Sealed = true, Previous = "z" };

    [Fact]
    public void State_that_agrees_with_the_link_is_taken_as_it_is() => Served.Resume("a", 900).ShouldBe(Served);

    [Fact]
    public void Death_right_after_the_flip_makes_every_worker_old()
    {
        var resumed = Served.Resume("b", 900);

        (resumed with { Past = [] }).ShouldBe(new ReloadState { Digest = "b", Epoch = 900, Previous = "a" });
        resumed.Past.ShouldBe([new PastGeneration("a", 900)]);
    }

    [Fact]
    public void Death_after_a_second_flip_keeps_the_last_proved_generation() =>
        (Served with { Proved = false }).Resume("b", 900).Previous.ShouldBe("z");

    [Fact]
    public void Master_is_owed_a_signal_only_when_the_flip_happened()
    {
        var intent = Served with { MasterOwed = "b" };

        intent.Resume("a", 900).MasterOwed.ShouldBeNull("death before the flip");
        intent.Resume("b", 900).MasterOwed.ShouldBe("b", "death between flip and signal");
    }

    [Fact]
    public void State_survives_a_round_trip_and_a_spoiled_file_is_an_empty_state()
    {
        using var directory = new TemporaryDirectory();
        var file = new StateFile(directory["state"]);
        file.Read().ShouldBe(new ReloadState());

        file.Write(Served);
        file.Read().ShouldBe(Served);
        file.Write(Served with { Sealed = false, Unsealed = ["timsieved"] });
        file.Read().Unsealed.ShouldBe(["timsieved"]);

        directory.Write("state", "{ half");
        file.Read().ShouldBe(new ReloadState());
    }

    [Fact]
    public void A_generation_is_needed_while_a_worker_lives_that_may_have_started_under_it()
    {
        var state = new ReloadState { Digest = "c", Epoch = 30, Past = [new("a", 10), new("b", 20)] };

        state.NeededSince(15).ShouldBe(["b"]);
        state.NeededSince(10).ShouldBe(["a", "b"]);
        state.NeededSince(21).ShouldBeEmpty();
        state.PastAt(30).ShouldBe([new("a", 10), new("b", 20), new("c", 30)]);
    }

    [Fact]
    public void Mtime_of_the_copies_only_grows()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("image/imapd", "program");
        Directory.CreateDirectory(directory["bin"]);
        var copies = new ServiceBinaryCopies(directory["bin"], directory["image"]);
        copies.Ensure(directory["bin/imapd"]).ShouldBeTrue();
        copies.Ensure(directory["bin/nntpd"]).ShouldBeFalse();
        var before = File.GetLastWriteTimeUtc(directory["bin/imapd"]);

        copies.Bump([]);
        copies.Ensure(directory["bin/imapd"]);

        (File.GetLastWriteTimeUtc(directory["bin/imapd"]) - before).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Mtime_of_one_copy_is_changed_without_the_others()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("bin/imapd", "program");
        directory.Write("bin/timsieved", "program");
        var copies = new ServiceBinaryCopies(directory["bin"], directory["image"]);
        var before = Directory.EnumerateFiles(directory["bin"]).ToDictionary(static path => Path.GetFileName(path), File.GetLastWriteTimeUtc);

        copies.Bump(["timsieved"]);

        File.GetLastWriteTimeUtc(directory["bin/timsieved"]).ShouldBe(before["timsieved"].AddSeconds(1));
        File.GetLastWriteTimeUtc(directory["bin/imapd"]).ShouldBe(before["imapd"]);
    }
}
