using System.Text.Json;
using System.Text.Json.Nodes;
using Generate;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Children;
using Operator.Servers.Rendering;
using Operator.Testing;

namespace Operator.Tests.Servers;

public sealed class ChildrenTests
{
    [Fact]
    public void The_child_objects_are_as_committed()
    {
        var server = Make.Server();
        var text = string.Join("---\n", [
            Write(Resources.StatefulSets, StatefulSetBuilder.Build(server, Make.Options, "r")),
            Write(Resources.Services, ServiceBuilder.Build(server)),
            Write(Resources.Services, ServiceBuilder.BuildHeadless(server)),
        ]);

        text.ShouldBe(Golden.Expected("tests/Operator.Tests/Servers/Golden/children.yaml", text));
    }

    [Fact]
    public void No_change_that_a_reload_can_apply_reaches_the_pod_template()
    {
        var one = StatefulSetBuilder.Build(Make.Server(), Make.Options, "r");
        var two = StatefulSetBuilder.Build(
            Make.Server(static spec => spec with { ImapdConf = "admins: carol\n", Tls = new() { SecretName = "another" } }), Make.Options, "r");

        Write(Resources.StatefulSets, two).ShouldBe(Write(Resources.StatefulSets, one));
    }

    [Fact]
    public void The_bundle_secret_carries_the_current_and_the_last_good_bundle()
    {
        var old = new Bundle(new Dictionary<string, byte[]> { ["imapd.conf"] = [1] });
        var current = new Bundle(new Dictionary<string, byte[]> { ["imapd.conf"] = [2], ["tls.crt"] = [3] });

        var secret = BundleSecretBuilder.Build(Make.Server(), current, old);

        secret.Data!.Keys.ShouldBe(["current.imapd.conf", "current.tls.crt", "last-good.imapd.conf", "settings.json"]);
        Bundle.From(secret.Data, "current.")!.Digest.ShouldBe(current.Digest);
        Bundle.From(secret.Data, "last-good.")!.Digest.ShouldBe(old.Digest);
        secret.Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe("u-1");
    }

    private static string Write<T>(Resource<T> resource, T value)
        where T : class, IKubernetesObject => Yaml.Write(JsonNode.Parse(JsonSerializer.Serialize(value, resource.Json))!);
}
