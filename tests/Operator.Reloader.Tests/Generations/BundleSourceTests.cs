using Operator.Entities.Contract;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Tests.Generations;

public sealed class BundleSourceTests
{
    [Fact]
    public void Plain_directory_is_read()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("current.imapd.conf", "new");
        directory.Write("last-good.imapd.conf", "old");
        directory.Write("desired", "abc\n");
        directory.Write("nudge", "7");
        directory.Write("unrelated", "x");

        var mounted = new BundleSource(directory.Path).Read();

        mounted.Desired.ShouldBe("abc");
        mounted.Nudge.ShouldBe(7);
        mounted.Current.Keys.ShouldBe(["imapd.conf"]);
        mounted.LastGood.Keys.ShouldBe(["imapd.conf"]);
        mounted.Digest.ShouldBe(BundleDigest.Compute(mounted.Current));
    }

    [Fact]
    public void Projected_volume_is_read_through_its_link()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("..one/current.imapd.conf", "one");
        directory.Write("..one/desired", "");
        directory.Write("..one/nudge", "");
        directory.Write("current.imapd.conf", "not to be read");
        File.CreateSymbolicLink(directory["..data"], "..one");

        var mounted = new BundleSource(directory.Path).Read();

        mounted.Desired.ShouldBeNull();
        mounted.Nudge.ShouldBe(0);
        mounted.Current["imapd.conf"].ShouldBe("one"u8.ToArray());
    }

    [Fact]
    public void The_report_key_is_read_through_the_link_and_is_part_of_no_digest()
    {
        using var directory = new TemporaryDirectory();
        var (old, key) = (ReportKey.Create(), ReportKey.Create());
        directory.Write("..one/current.imapd.conf", "one");
        File.WriteAllBytes(directory["report.key"], old.ToText());
        File.CreateSymbolicLink(directory["..data"], "..one");
        var source = new BundleSource(directory.Path);
        var before = source.Read().Digest;

        source.TryReadReportKey().ShouldBeNull();
        File.WriteAllBytes(directory["..one/report.key"], key.ToText());

        source.TryReadReportKey()!.ToText().ShouldBe(key.ToText());
        source.Read().Digest.ShouldBe(before);
    }

    [Fact]
    public void Names_that_would_leave_the_generation_are_not_taken()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("current...", "x");
        directory.Write("current..", "x");
        directory.Write("current.a", "x");

        new BundleSource(directory.Path).Read().Current.Keys.ShouldBe(["a"]);
    }

    [Fact]
    public void Volume_without_a_bundle_has_no_digest()
    {
        using var directory = new TemporaryDirectory();

        new BundleSource(directory.Path).Read().Digest.ShouldBeNull();
    }

    [Fact]
    public void Volume_whose_link_leads_nowhere_is_not_read_and_says_why()
    {
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(directory["..data"], "..gone");

        new BundleSource(directory.Path).TryRead(out var obstacle).ShouldBeNull();

        obstacle.ShouldNotBeNull().ShouldContain("..gone");
    }
}
