using System.Text.Json;
using System.Text.Json.Nodes;
using Generate;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Children;
using Operator.Servers.Rendering;

namespace Operator.Tests.Servers.Children;

public sealed class ReloadableTests
{
    [Fact]
    public void No_change_that_a_reload_can_apply_reaches_the_pod_template()
    {
        var one = StatefulSetBuilder.Build(Make.Server(), Make.Options, "r", live: null);
        var two = StatefulSetBuilder.Build(
            Make.Server(static spec => spec with { ImapdConf = "admins: carol\n", Tls = new() { SecretName = "another" } }), Make.Options, "r", live: null);

        Write(Resources.StatefulSets, two).ShouldBe(Write(Resources.StatefulSets, one));
    }

    [Fact]
    public void The_bundle_secret_carries_the_current_and_the_last_good_bundle()
    {
        var old = new Bundle(new Dictionary<string, byte[]> { ["imapd.conf"] = [1] });
        var current = new Bundle(new Dictionary<string, byte[]> { ["imapd.conf"] = [2], ["tls.crt"] = [3] });

        var key = ReportKey.Create();
        var secret = BundleSecretBuilder.Build(Make.Server(), current, old, key);

        secret.Data!.Keys.ShouldBe(["current.imapd.conf", "current.tls.crt", "last-good.imapd.conf", "report.key", "settings.json"]);
        secret.Data["report.key"].ShouldBe(key.ToText());
        Bundle.From(secret.Data, "current.")!.Digest.ShouldBe(current.Digest);
        Bundle.From(secret.Data, "last-good.")!.Digest.ShouldBe(old.Digest);
        secret.Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe("u-1");
    }

    [Fact]
    public void The_sidecars_are_told_the_times_of_the_spec()
    {
        var rollout = new RolloutSpec { ConvergeTimeoutSeconds = 31, Restart = new RestartSpec { AfterSeconds = 32, GraceSeconds = 33 } };

        var settings = BundleSecretBuilder.SettingsOf(Make.Server(spec => spec with { Rollout = rollout }));

        (settings.ConvergeTimeoutSeconds, settings.RestartAfterSeconds, settings.RestartGraceSeconds).ShouldBe((31, 32, 33));
    }

    private static string Write<T>(Resource<T> resource, T value)
        where T : class, IKubernetesObject => Yaml.Write(JsonNode.Parse(JsonSerializer.Serialize(value, resource.Json))!);
}
