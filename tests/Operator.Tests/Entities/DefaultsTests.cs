using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Entities.Servers;

namespace Operator.Tests.Entities;

/// <summary>The generated deserializer overwrites initializers with null; the defaults must survive that.</summary>
public sealed class DefaultsTests
{
    [Fact]
    public void A_server_without_anything_has_its_defaults()
    {
        var server = JsonSerializer.Deserialize("{}", EntitiesJson.Default.CyrusServer)!;

        server.ApiVersion.ShouldBe("cyrus-operator.dev/v1alpha1");
        server.Metadata.ShouldNotBeNull();
        server.Spec.ShouldNotBeNull();
        server.Status.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"spec":{}}""")]
    [InlineData("""{"spec":{"storage":{},"rollout":{"maxParallel":1,"quietTimeoutSeconds":60,"canary":true,"progressDeadlineSeconds":600,"convergeTimeoutSeconds":30},"reloader":{}}}""")]
    [InlineData("""{"spec":{"storage":{"configuration":{},"spool":{}}}}""")]
    public void A_spec_with_gaps_has_the_defaults_of_a_new_one(string json)
    {
        var spec = JsonSerializer.Deserialize(json, EntitiesJson.Default.CyrusServer)!.Spec;

        // The API server fills in numbers and switches.
        (spec with { Replicas = 1 }).ShouldBe(new CyrusServerSpec());
    }

    [Fact]
    public void A_status_and_a_report_without_lists_have_empty_ones()
    {
        var status = JsonSerializer.Deserialize("""{"status":{}}""", EntitiesJson.Default.CyrusServer)!.Status!;
        status.Conditions.ShouldBeEmpty();
        status.Pods.ShouldBeEmpty();

        var report = JsonSerializer.Deserialize(
            """{"instance":"a","revision":1,"phase":"Idle"}""", ContractJson.Default.ReloadReport)!;
        report.Workers.ShouldBe(new WorkerCounts());
        report.Certificates.ShouldBeEmpty();
        report.PhaseSeconds.ShouldBeEmpty();
    }
}
