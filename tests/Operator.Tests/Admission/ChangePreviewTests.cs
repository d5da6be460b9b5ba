using Operator.Admission;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Tests.Servers;

namespace Operator.Tests.Admission;

public sealed class ChangePreviewTests
{
    private const string Restarts = "This change restarts the pods, one by one, after their sessions were asked to leave: ";

    [Fact]
    public void A_change_of_text_and_certificate_is_a_reload() => Preview(static spec => spec with
    {
        ImapdConf = "admins: cyrus root\n",
        Tls = new TlsSpec { SecretName = "other" },
    }).ShouldBe(["This change is applied by a reload: no session is dropped (spec.imapdConf, spec.tls)"]);

    [Fact]
    public void An_option_that_the_master_reads_is_named_with_its_line() =>
        Preview(static spec => spec with { ImapdConf = "admins: cyrus\n\ncyrus_group: mail\n" }).ShouldBe(
        [
            Restarts + "imapd.conf: cyrus_group",
            "This change is applied by a reload (spec.imapdConf)",
            "spec.imapdConf line 3: cyrus_group is in force only after a restart",
        ]);

    [Fact]
    public void An_option_that_changes_how_mail_is_kept_comes_first() =>
        Preview(static spec => spec with { ImapdConf = "admins: cyrus\nunixhierarchysep: off\n" })[0].ShouldBe(
            "spec.imapdConf line 2: unixhierarchysep changes how mail is kept on the disk; it is refused on a server that has mail");

    [Fact]
    public void An_option_that_was_removed_has_no_line()
    {
        var old = Make.Server(static spec => spec with { ImapdConf = "admins: cyrus\ncyrus_group: mail\n" });

        ChangePreview.Of(old, Make.Server())[^1].ShouldBe("spec.imapdConf without cyrus_group: that is in force only after a restart");
    }

    [Fact]
    public void What_stands_in_the_pod_restarts_it()
    {
        Preview(static spec => spec with { Image = "cyrus:2" }).ShouldBe([Restarts + "spec.image"]);
        Preview(static spec => spec with { Pod = new MailPodSpec { NodeSelector = new Dictionary<string, string> { ["a"] = "b" } } })
            .ShouldBe([Restarts + "spec.pod.nodeSelector"]);
    }

    [Fact]
    public void Beside_a_restart_no_reload_promises_anything() => Preview(static spec => spec with { Image = "cyrus:2", ImapdConf = "" }).ShouldBe(
        [Restarts + "spec.image", "This change is applied by a reload (spec.imapdConf)"]);

    [Fact]
    public void As_many_fields_are_named_as_fit() => Preview(static spec => spec with
    {
        Image = "cyrus:2",
        Pod = new MailPodSpec { PriorityClassName = "high" },
        Reloader = new ReloaderSpec { Image = "reloader:2" },
    }).ShouldBe([Restarts + "spec.image and 2 more"]);

    [Fact]
    public void Services_are_changed_by_a_signal_to_the_master() => Preview(static spec => spec with { Services = [Service(1144)] }).ShouldBe(
        [
            "This change is applied by a signal to the master at a quiet moment: no session is dropped (spec.services)",
            "If no such moment comes within 60 s, the old configuration stays until it comes (spec.rollout.whenNotQuiet)",
        ]);

    [Theory]
    [InlineData(NotQuietPolicy.Proceed, "some sessions may break")]
    [InlineData(NotQuietPolicy.Roll, "the pod is restarted")]
    public void Who_does_not_wait_is_promised_nothing(NotQuietPolicy policy, string consequence)
    {
        var rollout = new RolloutSpec { Signal = SignalWay.Master, QuietTimeoutSeconds = 9, WhenNotQuiet = policy };
        var old = Make.Server(spec => spec with { Rollout = rollout });

        ChangePreview.Of(old, old with { Spec = old.Spec with { ImapdConf = "" } }).ShouldBe(
        [
            "This change is applied by a signal to the master at a quiet moment (spec.imapdConf)",
            $"If no such moment comes within 9 s, {consequence} (spec.rollout.whenNotQuiet)",
        ]);
    }

    [Fact]
    public void Who_sends_old_sessions_away_is_told_so()
    {
        var old = Make.Server(static spec => spec with { Rollout = new() { Drain = new() { Policy = DrainPolicy.Disconnect, AfterSeconds = 60 } } });

        ChangePreview.Of(old, old with { Spec = old.Spec with { ImapdConf = "" } }).ShouldBe(
        [
            "This change is applied by a reload (spec.imapdConf)",
            "Sessions of the old configuration are told BYE after 60 s (spec.rollout.drain)",
        ]);
    }

    [Fact]
    public void Pods_come_and_go()
    {
        Preview(static spec => spec with { Replicas = 3 }).ShouldBe(["Pods are added: from 1 to 3 (spec.replicas)"]);
        Preview(static spec => spec with { Replicas = 0 })
            .ShouldBe(["Pods are removed, after their sessions were asked to leave: from 1 to 0 (spec.replicas)"]);
    }

    [Fact]
    public void Volumes_grow_and_what_becomes_of_them_later_is_nothing_now()
    {
        Preview(static spec => spec with { Storage = new() { Spool = new() { Size = "2Gi" } } })
            .ShouldBe(["The volumes grow, where their StorageClass allows it; no session is dropped (spec.storage)"]);
        Preview(static spec => spec with { Storage = new() { Reclaim = StorageSpec.DeleteVolumes } }).ShouldBe(["Nothing that the pods see changes"]);
    }

    [Fact]
    public void What_no_pod_sees_is_said_to_be_nothing() => Preview(static spec => spec with
    {
        ImagePullPolicy = "Always",
        Rollout = new RolloutSpec { MaxParallel = 3 },
        Tls = spec.Tls! with { DnsNames = ["imap.example.org"] },
    }).ShouldBe(["Nothing that the pods see changes"]);

    [Fact]
    public void With_an_issuer_other_names_are_another_certificate()
    {
        var issued = new TlsSpec { IssuerRef = new() { Name = "ours" }, DnsNames = ["a.example.org"] };
        var old = Make.Server(spec => spec with { Tls = issued });

        ChangePreview.Of(old, Make.Server(spec => spec with { Tls = issued with { DnsNames = ["b.example.org"] } }))
            .ShouldBe(["This change is applied by a reload: no session is dropped (spec.tls)"]);
    }

    [Fact]
    public void A_pause_and_its_end_are_told()
    {
        var paused = Make.Server(static spec => spec with { Paused = true });

        ChangePreview.Of(Make.Server(), paused).ShouldBe(["While spec.paused is true, nothing of this is applied"]);
        ChangePreview.Of(paused, Make.Server()).ShouldBe(["spec.paused is lifted: what was changed meanwhile is applied, too"]);
    }

    [Fact]
    public void A_misspelt_option_is_named_in_a_new_server_too() =>
        ChangePreview.Of(null, Make.Server(static spec => spec with { ImapdConf = "\nadmns: cyrus\n" }))
            .ShouldBe(["spec.imapdConf line 2: option 'admns' is unknown; perhaps 'admins' is meant"]);

    [Fact]
    public void Many_and_long_lines_are_cut_to_what_the_API_asks_for()
    {
        var text = string.Concat(Enumerable.Range(0, 30).Select(static number => $"{new string('a', number * 9)}_imapidlepol{number}: x\n"))
            + string.Concat(Enumerable.Range(0, 9).Select(static number => $"imapidlepol{number}: x\n"))
            + $"partition-{new string('b', 200)}: /var/b\n";
        var old = Make.Server(spec => spec with { ImapdConf = text + "unixhierarchysep: on\n" });
        var updated = Make.Server(spec => spec with { ImapdConf = text.Replace("/var/b", "/var/c", StringComparison.Ordinal) });

        var lines = ChangePreview.Of(old, updated);

        lines.Count.ShouldBe(ChangePreview.MostLines);
        lines.ShouldAllBe(static line => line.Length < 120);
        lines[0].ShouldEndWith("bbb...");
        lines[^1].ShouldBe("and 4 more");
    }

    [Fact]
    public void Each_field_of_the_spec_has_an_effect() => SpecChanges.Effects.Keys.Order().ShouldBe(
        EntitiesJson.Default.CyrusServerSpec.Properties.Select(static property => property.Name).Order());

    private static IReadOnlyList<string> Preview(Func<CyrusServerSpec, CyrusServerSpec> change) => ChangePreview.Of(Make.Server(), Make.Server(change));

    private static ServiceSpec Service(int port) => new() { Name = "imap", Protocol = MailProtocol.Imap, Port = port, Prefork = 1 };
}
