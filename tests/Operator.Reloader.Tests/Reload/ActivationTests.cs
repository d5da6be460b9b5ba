namespace Operator.Reloader.Tests.Reload;

/// <summary>Flips with workers in every state, on a /proc of plain files.</summary>
public sealed class ActivationTests : IDisposable
{
    private readonly FakePod pod = new();

    public ActivationTests()
    {
        pod.AddWorker(201, start: 20, "imap", "imapd");
        pod.AddWorker(202, start: 21, "sieve", "timsieved");
    }

    public void Dispose() => pod.Dispose();

    [Fact]
    public void A_flip_under_settled_workers_changes_the_mtime_once()
    {
        var (imapd, sieve) = (ModifiedAt("imapd"), ModifiedAt("timsieved"));

        pod.Flip();
        pod.KeepsWaiting.ShouldBeTrue();
        pod.Activation.Seal();

        pod.Activation.State.Sealed.ShouldBeTrue();
        pod.KeepsWaiting.ShouldBeFalse();
        ModifiedAt("imapd").ShouldBe(imapd.AddSeconds(1));
        ModifiedAt("timsieved").ShouldBe(sieve.AddSeconds(1));
    }

    [Fact]
    public void One_that_was_starting_costs_only_the_workers_of_its_own_binary_their_lives()
    {
        pod.Processes.WriteStatus(202, catches: false);
        var (imapd, sieve) = (ModifiedAt("imapd"), ModifiedAt("timsieved"));

        pod.Flip();
        pod.Activation.State.Sealed.ShouldBeFalse();
        pod.Activation.State.Unsealed.ShouldBe(["timsieved"]);
        pod.Activation.Seal();

        pod.Activation.State.Sealed.ShouldBeTrue();
        ModifiedAt("imapd").ShouldBe(imapd.AddSeconds(1));
        ModifiedAt("timsieved").ShouldBe(sieve.AddSeconds(2));
    }

    [Fact]
    public void One_that_has_not_become_its_program_yet_will_read_the_new_configuration()
    {
        pod.Processes.WriteStatus(202, catches: false);
        pod.Processes.LinkProgram(202, "/usr/lib/cyrus/bin/master");

        pod.Flip();

        pod.Activation.State.Unsealed.ShouldBe([]);
    }

    [Fact]
    public void Nobody_is_kept_waiting_by_an_engine_that_died_before_its_flip()
    {
        pod.Flip();
        pod.Activation.Seal();
        pod.Run.Write("keep-waiting", "");

        pod.Activation.Resume();

        pod.KeepsWaiting.ShouldBeFalse();
    }

    [Fact]
    public void They_are_kept_waiting_still_when_it_died_after_it()
    {
        pod.Flip();

        pod.Activation.Resume();

        pod.KeepsWaiting.ShouldBeTrue();
    }

    private DateTime ModifiedAt(string name) => File.GetLastWriteTimeUtc(pod.Run["bin/" + name]);
}
