using System.Text;
using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Servers.Rendering;
using Operator.Servers.Rollout;

namespace Operator.Tests.Servers;

public sealed class RestartInputsTests
{
    [Fact]
    public void What_a_reload_can_apply_restarts_nobody()
    {
        var one = RestartInputs.Of(Make.Server(), Imapd("admins: cyrus\n"));
        var two = RestartInputs.Of(
            Make.Server(static spec => spec with
            {
                ImapdConf = "x: y",
                Tls = new() { SecretName = "other" },
                Replicas = 5,
                Services = [new() { Name = "imap", Protocol = MailProtocol.Imap, Port = 2143 }],
                Rollout = new() { Restart = new() { AfterSeconds = 5 } },
            }),
            Imapd("admins: carol\ntimeout: 45\n"));

        two.Digest.ShouldBe(one.Digest);
    }

    [Fact]
    public void Each_thing_that_needs_a_restart_is_named_as_the_user_knows_it()
    {
        var before = RestartInputs.Of(Make.Server(), Imapd("admins: cyrus\n"));
        var server = Make.Server(static spec => spec with
        {
            Image = "cyrus:2",
            Reloader = new() { Image = "reloader:2" },
            Pod = new() { PriorityClassName = "mail", Tolerations = [JsonElement.Parse("{}")] },
        });
        server = server with { Metadata = server.Metadata with { Annotations = new Dictionary<string, string> { [AnnotationKeys.RestartedAt] = "now" } } };

        var after = RestartInputs.Of(server, Imapd("admins: cyrus\ndebug: yes\n"));

        after.DifferencesTo(before).ShouldBe(
            ["cyrus-operator.dev/restartedAt", "imapd.conf: debug", "spec.image", "spec.pod.priorityClassName", "spec.pod.tolerations", "spec.reloader.image"]);
        after.Digest.ShouldNotBe(before.Digest);
    }

    [Fact]
    public void The_operator_s_own_images_and_template_are_no_part_of_it()
    {
        // An operator of another version brings other defaults; its upgrade restarts no mail pod.
        RestartInputs.Of(Make.Server(), null).Values.ShouldBeEmpty();
        RestartInputs.Of(Make.Server(static spec => spec with { Pod = new() { Resources = new V1ResourceRequirements() } }), null)
            .Values.Keys.ShouldBe(["spec.pod.resources"]);
    }

    private static Bundle Imapd(string text) => new(new Dictionary<string, byte[]> { [BundleFiles.ImapdConf] = Encoding.UTF8.GetBytes(text) });
}
