using System.Net;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Leadership;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Leadership;

/// <summary>The election, with a clock that the test moves.</summary>
public sealed class LeaderElectorTests : IAsyncLifetime
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();
    private readonly Candidate one;
    private readonly Candidate two;

    public LeaderElectorTests()
    {
        one = new Candidate(fixture.Client, fixture.Time, "one");
        two = new Candidate(fixture.Client, fixture.Time, "two");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync();
        await two.DisposeAsync();
        fixture.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task The_first_one_creates_the_lease_and_leads()
    {
        var term = await one.Start().Leads;

        Spec("holderIdentity").ShouldBe("one");
        Spec("leaseDurationSeconds").ShouldBe("15");
        (term.Number, one.Elector.IsLeader).ShouldBe((0, true));
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{"spec":{"holderIdentity":"","leaseTransitions":4}}""")]
    [InlineData("""{"spec":{"leaseTransitions":4}}""")]
    public async Task A_lease_without_a_holder_is_updated_and_not_created(string lease)
    {
        fixture.Server.Put(Candidate.Path, lease);

        var term = await one.Start().Leads;

        fixture.Server.Requests.Select(static request => request.Method).ShouldBe(["GET", "PATCH"]);
        term.Number.ShouldBe(5);
    }

    [Fact(Timeout = Limit)]
    public async Task Expiry_counts_by_our_clock_since_we_saw_the_record_change_and_not_by_its_times()
    {
        fixture.Server.Put(Candidate.Path, Candidate.Lease("gone")); // renewed in 2001, by its own clock
        one.Start();

        await PassAsync(TimeSpan.FromSeconds(14.9));
        one.Leads.IsCompleted.ShouldBeFalse();
        await PassAsync(TimeSpan.FromSeconds(0.2));

        (await one.Leads).Number.ShouldBe(5);
    }

    [Fact(Timeout = Limit)]
    public async Task Each_renewal_that_is_seen_starts_the_time_anew()
    {
        fixture.Server.Put(Candidate.Path, Candidate.Lease("other"));
        one.Start();
        await PassAsync(TimeSpan.FromSeconds(10));
        fixture.Server.Put(Candidate.Path, Candidate.Lease("other", renewed: 10));

        await PassAsync(TimeSpan.FromSeconds(14));
        one.Leads.IsCompleted.ShouldBeFalse();
        await PassAsync(TimeSpan.FromSeconds(3));

        await one.Leads;
    }

    [Fact(Timeout = Limit)]
    public async Task The_duration_in_the_record_counts_and_not_our_own()
    {
        fixture.Server.Put(Candidate.Path, Candidate.Lease("patient", seconds: 60));
        one.Start();

        await PassAsync(TimeSpan.FromSeconds(59));
        one.Leads.IsCompleted.ShouldBeFalse();
        await PassAsync(TimeSpan.FromSeconds(1.1));

        await one.Leads;
    }

    [Fact(Timeout = Limit)]
    public async Task A_conflict_means_that_somebody_was_faster()
    {
        fixture.Server.Put(Candidate.Path, Candidate.Lease(""));
        fixture.Server.Intercept = request =>
        {
            if (request.Method == "PATCH")
                fixture.Server.Put(Candidate.Path, Candidate.Lease("faster"));
            return null;
        };
        one.Start();

        await PassAsync(TimeSpan.FromSeconds(5));

        one.Leads.IsCompleted.ShouldBeFalse();
        one.Log.Lines.ShouldContain((LogLevel.Debug, "Somebody was faster with the lease ns/test."));
        one.Log.Lines.ShouldContain((LogLevel.Information, "The lease ns/test is held by 'faster'."));
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_right_is_logged_with_its_status_and_verb_and_tried_again()
    {
        var refused = 2;
        fixture.Server.Intercept = request => request.Method == "POST" && refused-- > 0
            ? FakeApiServer.Failure(HttpStatusCode.Forbidden, "Forbidden", "cannot create resource \"leases\"")
            : null;
        one.Start();

        await PassAsync(TimeSpan.FromSeconds(4));

        await one.Leads;
        var said = one.Log.Lines.First(static line => line.Level == LogLevel.Error).Text;
        said.ShouldContain("create leases.coordination.k8s.io");
        said.ShouldContain("403 Forbidden");
        said.ShouldContain("cannot create resource \"leases\"");
    }

    [Fact(Timeout = Limit)]
    public async Task A_renewal_that_hangs_is_cancelled_and_not_left_behind_and_its_timers_are_gone()
    {
        using var network = new HangingHandler(fixture.Server);
        using var client = new KubernetesClient(new KubernetesClientConfig { Server = new Uri("http://fake") }, fixture.Time, network);
        await using var candidate = new Candidate(client, fixture.Time, "three");
        var term = await candidate.Start().Leads;
        network.Hangs = true;

        await StepAsync(TimeSpan.FromSeconds(2));
        await network.Swallowed(Stop);
        await StepAsync(TimeSpan.FromSeconds(5)); // half of the renew deadline
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), Stop);
        await StepAsync(TimeSpan.FromSeconds(1));
        await network.Swallowed(Stop);
        term.Lost.IsCancellationRequested.ShouldBeFalse();
        await StepAsync(TimeSpan.FromSeconds(2));

        await Should.ThrowAsync<LeadershipLostException>(candidate.Run);
        network.Pending.ShouldBe(0);
        fixture.Time.Timers.ShouldBe(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_hundred_attempts_leave_no_timer_behind()
    {
        fixture.Server.Intercept = static _ => FakeApiServer.Failure(HttpStatusCode.InternalServerError, "InternalError", "etcd is away");
        one.Start();

        await PassAsync(TimeSpan.FromSeconds(160));

        fixture.Server.Requests.Count.ShouldBeGreaterThan(90);
        fixture.Time.Timers.ShouldBe(1); // its wait
    }

    [Fact(Timeout = Limit)]
    public async Task A_holder_renews_each_period_and_survives_an_outage_shorter_than_its_deadline()
    {
        var term = await one.Start().Leads;
        await PassAsync(TimeSpan.FromSeconds(20));
        Writes().ShouldBe(11); // the creation and one each 2 s
        fixture.Server.Intercept = static _ => throw new HttpRequestException("connection refused");
        await PassAsync(TimeSpan.FromSeconds(8));
        fixture.Server.Intercept = null;

        await PassAsync(TimeSpan.FromSeconds(20));

        (term.Lost.IsCancellationRequested, one.Elector.IsLeader).ShouldBe((false, true));
    }

    [Fact(Timeout = Limit)]
    public async Task A_lease_that_cannot_be_renewed_is_lost_at_the_deadline_and_not_released()
    {
        var term = await one.Start().Leads;
        fixture.Server.Intercept = static _ => throw new HttpRequestException("connection refused");

        await PassAsync(TimeSpan.FromSeconds(9.9));
        term.Lost.IsCancellationRequested.ShouldBeFalse();
        fixture.Time.Advance(TimeSpan.FromSeconds(0.2));

        (await Should.ThrowAsync<LeadershipLostException>(one.Run)).Message.ShouldContain("ns/test");
        one.Elector.IsLeader.ShouldBeFalse();
        Spec("holderIdentity").ShouldBe("one");
    }

    [Theory(Timeout = Limit)]
    [InlineData("thief", "'thief' holds it")]
    [InlineData(null, "it was deleted")]
    public async Task A_lease_that_somebody_took_or_deleted_is_lost_at_the_next_renewals(string? thief, string reason)
    {
        var term = await one.Start().Leads;
        if (thief is null)
            fixture.Server.Remove(Candidate.Path);
        else
            fixture.Server.Put(Candidate.Path, Candidate.Lease(thief));

        await PassAsync(TimeSpan.FromSeconds(4));

        (await Should.ThrowAsync<LeadershipLostException>(one.Run)).Message.ShouldContain(reason);
        term.Lost.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_clean_stop_drains_while_it_renews_and_then_releases_and_the_next_one_takes_over_within_half_a_retry_period()
    {
        var term = await one.Start().Leads;
        two.Start();
        await PassAsync(TimeSpan.FromSeconds(5));

        await one.StopAsync();
        term.Stopping.IsCancellationRequested.ShouldBeTrue();
        await PassAsync(TimeSpan.FromSeconds(60)); // drains for much longer than the lease lasts
        (term.Lost.IsCancellationRequested, two.Leads.IsCompleted).ShouldBe((false, false));
        one.Finish();
        await one.Run;

        Spec("holderIdentity").ShouldBe("");
        await PassAsync(TimeSpan.FromSeconds(1));
        (await two.Leads).Number.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Work_that_hangs_when_the_lease_is_lost_does_not_keep_the_process_alive()
    {
        var never = new TaskCompletionSource<int>();
        var options = new LeaderElectionOptions { Name = "test", Namespace = "ns" };
        var elector = new LeaderElector(options, fixture.Client, fixture.Time, one.Log);
        var run = Task.Run(() => elector.RunAsync(_ => never.Task, Stop), Stop);
        await fixture.Server.WaitForAsync(static request => request.Method == "POST", 1, Stop);
        fixture.Server.Intercept = static _ => throw new HttpRequestException("connection refused");

        while (!run.IsCompleted)
            await StepAsync(TimeSpan.FromSeconds(1));

        await Should.ThrowAsync<LeadershipLostException>(run);
    }

    [Fact(Timeout = Limit)]
    public async Task Work_that_fails_ends_the_election_with_its_error_and_releases_nothing()
    {
        await one.Start().Leads;

        one.Fail(new InvalidOperationException("a bug"));

        (await Should.ThrowAsync<InvalidOperationException>(one.Run)).Message.ShouldBe("a bug");
        Spec("holderIdentity").ShouldBe("one");
        one.Elector.IsLeader.ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_while_it_waits_ends_without_an_error_and_touches_nothing()
    {
        fixture.Server.Put(Candidate.Path, Candidate.Lease("other"));
        one.Start();
        await PassAsync(TimeSpan.FromSeconds(2));

        await one.StopAsync();
        await one.Run;

        Writes().ShouldBe(0);
    }

    private string? Spec(string field) => fixture.Server.Find(Candidate.Path)!["spec"]![field]?.ToString();

    private int Writes() => fixture.Server.Requests.Count(static request => request.Method != "GET");

    /// <summary>
    /// Lets so much time pass in small steps. The server answers at once, so what a step sets off is over, and waits again, when the step
    /// returns.
    /// </summary>
    private async Task PassAsync(TimeSpan span)
    {
        var step = TimeSpan.FromSeconds(0.1);
        for (var passed = TimeSpan.Zero; passed < span; passed += step)
            await StepAsync(step);
    }

    private Task StepAsync(TimeSpan step) => Task.Run(() => fixture.Time.Advance(step), Stop);
}
