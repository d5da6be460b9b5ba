using Operator.Entities.Contract;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>The host names that a certificate must cover come beside the bundle, and only a new generation is judged by them.</summary>
[Trait("needs", "cyrus")]
public sealed class HostNameTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificate_without_a_host_name_is_refused_and_a_change_of_the_names_alone_replaces_nobody()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = 2 });
        var first = cyrus.First!;

        cyrus.Settings = new ReloadSettings { DnsNames = ["mail.test", "imap.test"] };
        var bad = cyrus.NewBundle();
        cyrus.Publish(bad);
        var report = await cyrus.WaitForAsync(static seen => seen.Phase == ReloadPhase.Failed, Stop);
        report.Reason.ShouldBe("CertificateNameMismatch", report.Message);
        report.Message.ShouldNotBeNull().ShouldContain("imap.test");
        report.Active.ShouldBe(first.Digest);

        cyrus.Settings = new ReloadSettings { DnsNames = ["mail.test"] };
        var good = cyrus.NewBundle();
        cyrus.Publish(good);
        await cyrus.WaitForHealthyAsync(good, Stop);
        await cyrus.WaitForAsync(static seen => seen.Workers is { Sessions: 0, Starting: 0, Stale: 0 }, Stop);
        var before = Imap(cyrus);

        cyrus.Settings = new ReloadSettings { DnsNames = ["imap.test"] };
        cyrus.Publish(good);
        await cyrus.WaitForHealthyAsync(good, Stop);
        Imap(cyrus).ShouldBe(before, ignoreOrder: true);
    }

    private static List<(int Pid, long Start)> Imap(RealCyrus cyrus) =>
        [.. cyrus.Workers().Where(static worker => worker.Service is "imap" or "imaps").Select(static worker => (worker.Pid, worker.Start))];
}
