using System.Text;
using System.Text.Json;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Tests.Api;

public sealed class KubernetesJsonTests
{
    private static KubernetesJson Json => KubernetesJson.Default;

    [Fact]
    public void Names_are_those_of_Kubernetes()
    {
        var downward = new V1VolumeProjection { DownwardAPI = new V1DownwardApiProjection() };
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "one" },
            Spec = new V1PodSpec
            {
                Volumes = [new V1Volume { Name = "v", Projected = new V1ProjectedVolumeSource { Sources = [downward] } }],
            },
            Status = new V1PodStatus
            {
                PodIP = "10.0.0.1",
                HostIP = "10.0.0.2",
                ContainerStatuses = [new V1ContainerStatus { Name = "c", ContainerID = "x://1", ImageID = "y" }],
            },
        };

        var text = JsonSerializer.Serialize(pod, Json.V1Pod);

        text.ShouldContain("\"downwardAPI\":{}");
        text.ShouldContain("\"podIP\":\"10.0.0.1\"");
        text.ShouldContain("\"hostIP\":\"10.0.0.2\"");
        text.ShouldContain("\"containerID\":\"x://1\"");
        text.ShouldContain("\"imageID\":\"y\"");
        text.ShouldStartWith("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"one\"}");
    }

    [Fact]
    public void A_headless_service_is_written_with_clusterIP()
    {
        var port = new V1ServicePort { Port = 143, TargetPort = 1143 };
        var service = new V1Service { Spec = new V1ServiceSpec { ClusterIP = "None", Ports = [port] } };

        var text = JsonSerializer.Serialize(service, Json.V1Service);

        text.ShouldContain("\"clusterIP\":\"None\"");
        text.ShouldContain("\"targetPort\":1143");
    }

    [Fact]
    public void The_items_of_a_typed_list_know_their_kind()
    {
        const string Text = """{"metadata":{"resourceVersion":"5","continue":""},"items":[{"metadata":{"name":"a"}}]}""";

        var list = JsonSerializer.Deserialize(Text, Json.KubernetesListV1StatefulSet)!;

        list.Items[0].Kind.ShouldBe("StatefulSet");
        list.Items[0].ApiVersion.ShouldBe("apps/v1");
        list.ResourceVersion.ShouldBe("5");
        list.Continue.ShouldBeNull();
    }

    [Fact]
    public void Null_items_are_an_empty_list_and_missing_metadata_is_never_null()
    {
        var list = JsonSerializer.Deserialize("""{"items":null}""", Json.KubernetesListV1Pod)!;
        var pod = JsonSerializer.Deserialize("{}", Json.V1Pod)!;

        list.Items.ShouldBeEmpty();
        list.Metadata.ResourceVersion.ShouldBeNull();
        pod.Metadata.Name.ShouldBeNull();
    }

    [Fact]
    public void Times_are_whole_seconds_and_micro_times_have_six_digits()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)).AddTicks(1234567);
        var @event = new CoreV1Event { EventTime = time, Metadata = new V1ObjectMeta { CreationTimestamp = time } };

        var text = JsonSerializer.Serialize(@event, Json.CoreV1Event);

        text.ShouldContain("\"eventTime\":\"2026-01-02T02:04:05.123456Z\"");
        text.ShouldContain("\"creationTimestamp\":\"2026-01-02T02:04:05Z\"");
    }

    [Fact]
    public void A_null_timestamp_as_Go_writes_it_is_read()
    {
        var meta = JsonSerializer.Deserialize("""{"metadata":{"creationTimestamp":null}}""", Json.V1Pod)!.Metadata;

        meta.CreationTimestamp.ShouldBeNull();
    }

    [Fact]
    public void A_foreign_pod_with_a_named_probe_port_is_read()
    {
        var container = JsonSerializer.Deserialize(
            """
            {"spec":{"containers":[{"name":"c","readinessProbe":{"httpGet":{"port":"web"}},"livenessProbe":{"tcpSocket":{"port":80}}}]}}
            """,
            Json.V1Pod)!.Spec!.Containers!.Single();

        container.ReadinessProbe!.HttpGet!.Port.ShouldBe("web");
        container.LivenessProbe!.TcpSocket!.Port.ShouldBe(80);
    }

    [Fact]
    public void Secret_data_is_base64_on_the_wire_only_and_never_in_the_text_form()
    {
        var secret = new V1Secret { Data = new Dictionary<string, byte[]> { ["key"] = Encoding.UTF8.GetBytes("hush") } };

        var text = JsonSerializer.Serialize(secret, Json.V1Secret);
        var back = JsonSerializer.Deserialize(text, Json.V1Secret)!;

        text.ShouldContain("\"key\":\"aHVzaA==\"");
        Encoding.UTF8.GetString(back.Data!["key"]).ShouldBe("hush");
        secret.ToString().ShouldNotContain("hush");
    }

    [Fact]
    public void What_is_only_passed_through_comes_back_as_it_was()
    {
        var pod = JsonSerializer.Deserialize("""{"spec":{"tolerations":[{"key":"a"}]}}""", Json.V1Pod)!;

        JsonSerializer.Serialize(pod, Json.V1Pod).ShouldContain("\"tolerations\":[{\"key\":\"a\"}]");
    }

    [Fact]
    public void A_key_is_namespace_and_name()
    {
        ObjectKey.Of(new V1Pod { Metadata = new V1ObjectMeta { Namespace = "ns", Name = "a" } }).ToString().ShouldBe("ns/a");
        ObjectKey.Of(new V1Namespace { Metadata = new V1ObjectMeta { Name = "ns" } }).ToString().ShouldBe("ns");
        Should.Throw<ArgumentException>(() => ObjectKey.Of(new V1Pod())).Message.ShouldContain("Pod has no metadata.name");
    }

    [Fact]
    public void Metadata_alone_shares_its_kind_and_version_with_all_others()
    {
        const string json = """{"apiVersion":"meta.k8s.io/v1","kind":"PartialObjectMetadata","metadata":{"name":"one"}}""";
        var one = JsonSerializer.Deserialize(json, KubernetesJson.Default.PartialObjectMetadata)!;
        var other = JsonSerializer.Deserialize(json, KubernetesJson.Default.PartialObjectMetadata)!;

        one.Kind.ShouldBe("PartialObjectMetadata");
        one.Kind.ShouldBeSameAs(other.Kind);
        one.ApiVersion.ShouldBeSameAs(other.ApiVersion);
    }
}
