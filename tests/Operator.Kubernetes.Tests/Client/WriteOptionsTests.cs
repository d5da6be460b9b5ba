using System.Net;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Client;

public sealed class WriteOptionsTests : IDisposable
{
    private static readonly ObjectKey s_key = new("ns", "a");
    private readonly Fixture fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Theory]
    [Trait("pitfall", "20")]
    [InlineData("conflict with \"kubectl-edit\" using v1", "kubectl-edit")]
    [InlineData("conflict with \"helm\" with subresource \"status\" using apps/v1 at 2026-01-01T00:00:00Z", "helm")]
    [InlineData("something else", "")]
    public async Task A_conflict_of_an_apply_names_the_other_manager_and_the_field(string message, string manager)
    {
        var cause = new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = message, ["field"] = ".data.value" };
        var other = new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = "x", ["field"] = ".y" };
        var status = new JsonObject { ["reason"] = "Conflict", ["details"] = new JsonObject { ["causes"] = new JsonArray(cause, other) } };
        var body = status.ToJsonString();
        fixture.Server.Intercept = _ => new HttpResponseMessage(HttpStatusCode.Conflict) { Content = new StringContent(body) };

        var error = await Should.ThrowAsync<ApiException>(
            () => fixture.Client.ApplyAsync(Resources.ConfigMaps, Fixture.Map("a"), "test", Stop));

        error.IsConflict.ShouldBeTrue();
        error.FieldConflicts.ShouldBe([new FieldConflict(manager, ".data.value")]);
        error.Status!.Details!.Causes!.Count.ShouldBe(2);
    }

    [Fact]
    public void A_conflict_of_versions_names_no_fields()
    {
        new ApiException("x", HttpStatusCode.Conflict, new V1Status { Reason = "Conflict" }).FieldConflicts.ShouldBeEmpty();
        new ApiException("x", HttpStatusCode.Conflict).FieldConflicts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deletion_says_how_it_is_meant()
    {
        var options = new DeleteOptions
        {
            Propagation = PropagationPolicy.Foreground,
            Uid = "u",
            ResourceVersion = "5",
            GracePeriodSeconds = 0,
            DryRun = true,
        };

        await fixture.Client.DeleteAsync(Resources.ConfigMaps, s_key, Stop);
        await fixture.Client.DeleteAsync(Resources.ConfigMaps, s_key, options, Stop);

        fixture.Server.Requests[0].Body.ShouldBe("""{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background"}""");
        fixture.Server.Requests[1].Body.ShouldBe(
            """{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","gracePeriodSeconds":0,"""
            + "\"preconditions\":{\"uid\":\"u\",\"resourceVersion\":\"5\"},\"dryRun\":[\"All\"]}");
    }

    [Fact]
    public async Task Scaling_patches_the_scale_and_nothing_else()
    {
        fixture.Server.Intercept = _ => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent("""{"spec":{"replicas":3},"status":{"replicas":1,"selector":"app=a"}}"""),
        };

        var scale = await fixture.Client.ScaleAsync(Resources.StatefulSets, s_key, 3, "test", Stop);

        (scale.Spec!.Replicas, scale.Status!.Replicas, scale.Status.Selector).ShouldBe((3, 1, "app=a"));
        var request = fixture.Server.Requests.Single();
        request.PathAndQuery.ShouldBe("/apis/apps/v1/namespaces/ns/statefulsets/a/scale?fieldManager=test");
        (request.ContentType, request.Body).ShouldBe(("application/merge-patch+json", """{"spec":{"replicas":3}}"""));
    }

    [Fact]
    public async Task A_write_without_a_manager_leaves_it_to_the_server()
    {
        await fixture.Client.CreateAsync(Resources.ConfigMaps, Fixture.Map("a"), Stop);
        await fixture.Client.CreateAsync(Resources.ConfigMaps, Fixture.Map("b"), "test", Stop);

        fixture.Server.Requests.Select(request => request.Query("fieldManager")).ShouldBe([null, "test"]);
    }
}
