using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Tests.ApiServer;

namespace Operator.Kubernetes.Tests.Client;

/// <summary>Evictions on a real API server, in the version of the group <c>policy</c> that it takes.</summary>
[Trait("needs", "apiserver")]
public sealed class EvictionOnServerTests(ApiServerFixture fixture) : IClassFixture<ApiServerFixture>
{
    private const int Limit = 120_000;
    private static readonly Dictionary<string, string> s_labels = new() { ["app"] = "mail" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_pod_goes_when_no_budget_forbids_it_and_only_the_very_pod_that_is_meant()
    {
        var pod = await RunningPodAsync(await fixture.CreateNamespaceAsync(Stop));
        var key = ObjectKey.Of(pod);

        var error = await Should.ThrowAsync<ApiException>(() => fixture.Client.EvictAsync(key, new DeleteOptions { Uid = "another" }, Stop));
        error.IsConflict.ShouldBeTrue(error.Message);
        await fixture.Client.EvictAsync(key, new DeleteOptions { Uid = pod.Metadata.Uid, GracePeriodSeconds = 0 }, Stop);

        (await fixture.Client.GetAsync(Resources.Pods, key, Stop)).ShouldBeNull();
        await fixture.Client.EvictAsync(key, new DeleteOptions(), Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_budget_that_allows_nothing_refuses_it_and_nobody_waits_for_that()
    {
        var pod = await RunningPodAsync(await fixture.CreateNamespaceAsync(Stop));
        var budget = new V1PodDisruptionBudget
        {
            Metadata = new V1ObjectMeta { Name = "mail", Namespace = pod.Metadata.Namespace },
            Spec = new V1PodDisruptionBudgetSpec { MaxUnavailable = 1, Selector = new V1LabelSelector { MatchLabels = s_labels } },
        };
        // No controller runs here that would work out how many may go: so none may.
        await fixture.Client.CreateAsync(Resources.PodDisruptionBudgetsV1Beta1, budget, Stop);

        var error = await Should.ThrowAsync<ApiException>(() => fixture.Client.EvictAsync(ObjectKey.Of(pod), new DeleteOptions(), Stop));

        error.IsTooManyRequests.ShouldBeTrue(error.Message);
        (await fixture.Client.GetAsync(Resources.Pods, ObjectKey.Of(pod), Stop))!.Metadata.DeletionTimestamp.ShouldBeNull();
    }

    // A budget is not asked about a pod that does not run.
    private async Task<V1Pod> RunningPodAsync(string space)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "mail-0", Namespace = space, Labels = s_labels },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "cyrus", Image = "cyrus" }] },
        };
        await fixture.Client.CreateAsync(Resources.Pods, pod, Stop);
        var patch = new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running" } };
        return await fixture.Client.MergePatchAsync(Resources.Pods.Status(), ObjectKey.Of(pod), patch, "test", Stop);
    }
}
