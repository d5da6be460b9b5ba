using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Admission;
using Operator.Admission.Certificates;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing;

namespace Operator.Tests.Admission;

/// <summary>A real API server asks the webhook.</summary>
[Trait("needs", "apiserver")]
public sealed class AdmissionOnServerTests(WebhookFixture fixture) : IClassFixture<WebhookFixture>
{
    private const int Limit = 120_000;
    private const string DryRun = "?dryRun=All";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_bad_text_is_refused_with_its_line()
    {
        var (code, text, _) = await fixture.PostAsync(WebhookFixture.Server("bad", "admins: cyrus\nconfigdirectory: /x\n"));

        code.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var status = JsonSerializer.Deserialize(text, KubernetesJson.Default.V1Status)!;
        status.Reason.ShouldBe("ImapdConfInvalid");
        status.Message!.ShouldEndWith("denied the request: spec.imapdConf line 2: configdirectory is managed by the operator; remove the line");
    }

    [Fact(Timeout = Limit)]
    public async Task A_dry_run_tells_what_a_change_would_do_and_does_not_do_it()
    {
        var (created, _, silent) = await fixture.PostAsync(WebhookFixture.Server("dry", "admins: cyrus\n"));
        var change = new JsonObject { ["spec"] = new JsonObject { ["imapdConf"] = "sql_passwd: hunter2\ncyrus_group: mail\n" } };

        var (code, _, warnings) = await fixture.PatchAsync("dry", change, DryRun);

        (created, silent.Count).ShouldBe((HttpStatusCode.Created, 0));
        code.ShouldBe(HttpStatusCode.OK);
        warnings.ShouldBe(
        [
            "This change restarts the pods, one by one, after their sessions were asked to leave: imapd.conf: cyrus_group",
            "This change is applied by a reload (spec.imapdConf)",
            "spec.imapdConf line 2: cyrus_group is in force only after a restart",
        ]);
        (await ReadAsync("dry"))!.Spec.ImapdConf.ShouldBe("admins: cyrus\n");
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_stored_before_can_be_told_of_labelled_and_deleted_but_not_made_worse()
    {
        var name = WebhookFixture.Broken.Name;
        var broken = (await ReadAsync(name))!;

        var status = broken with { Status = new CyrusServerStatus { ObservedGeneration = 1 } };
        (await fixture.Client.ReplaceStatusAsync(CyrusResources.Servers, status, "test", Stop)).Status!.ObservedGeneration.ShouldBe(1);
        (await fixture.PatchAsync(name, Metadata("labels", new JsonObject { ["a"] = "b" }))).Code.ShouldBe(HttpStatusCode.OK);
        (await fixture.PatchAsync(name, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 2 } })).Code
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        await fixture.Client.DeleteAsync(CyrusResources.Servers, WebhookFixture.Broken, Stop);
        (await ReadAsync(name))!.Metadata.DeletionTimestamp.ShouldNotBeNull();
        (await fixture.PatchAsync(name, Metadata("finalizers", null))).Code.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(name)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Authority_and_leaf_are_changed_under_use()
    {
        // Beforehand the clock passed the authority's time, so the next one is trusted already and has signed nothing yet.
        var bundle = await fixture.BundleAsync(Stop);
        using var before = await fixture.Host.ConnectAsync(Stop);
        bundle.Count.ShouldBe(2);
        IsSignedBy(before, bundle[1]).ShouldBeTrue();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var traffic = AskUntilAsync(enough.Token);

        await fixture.MoveClockAsync(TimeSpan.FromDays(60), Stop);

        using var after = await fixture.Host.ConnectAsync(Stop);
        IsSignedBy(after, bundle[0]).ShouldBeTrue();
        (await fixture.BundleAsync(Stop)).ShouldBe(bundle);
        await enough.CancelAsync();
        (await traffic).ShouldBeGreaterThan(0);
        var connections = fixture.Host.Connections;
        (await fixture.PostAsync(WebhookFixture.Server("late", "no option\n"))).Code.ShouldBe(HttpStatusCode.UnprocessableEntity);
        fixture.Host.Connections.ShouldBe(connections + 1, "the API server came by a connection of before");
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_user_took_out_of_the_configuration_comes_back_and_nothing_else_is_touched()
    {
        var key = new ObjectKey(null, "cyrus-operator");
        var bundle = await fixture.BundleAsync(Stop);
        await fixture.SpoilBundleAsync();

        await fixture.MoveClockAsync(TimeSpan.FromMinutes(5), Stop);

        (await fixture.BundleAsync(Stop)).ShouldBe(bundle);
        var settled = await fixture.Client.GetAsync(Resources.ValidatingWebhookConfigurations, key, Stop);
        await fixture.MoveClockAsync(TimeSpan.FromMinutes(5), Stop);
        (await fixture.Client.GetAsync(Resources.ValidatingWebhookConfigurations, key, Stop))!.Metadata.ResourceVersion
            .ShouldBe(settled!.Metadata.ResourceVersion);
    }

    [Fact(Timeout = Limit)]
    public async Task Replicas_that_start_at_once_agree_on_one_certificate()
    {
        var options = new AdmissionOptions { Service = "contested", Configuration = "none" };
        var clocks = Enumerable.Range(0, 5).Select(static _ => new ManualTimeProvider(TimeProvider.System.GetUtcNow())).ToArray();
        var keepers = clocks.Select(clock => new CertificateKeeper(
            new CertificateStore(fixture.Client, options, "default"), ["localhost"], clock, NullLogger<CertificateKeeper>.Instance)).ToArray();

        await Task.WhenAll(keepers.Select(static keeper => keeper.StartAsync(Stop)));
        foreach (var (keeper, clock) in keepers.Zip(clocks))
        {
            // Who lost looks again, and finds what the winner wrote.
            await clock.WaitForTimerAsync(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10), Stop);
            if (keeper.Current is null)
            {
                clock.Advance(TimeSpan.FromSeconds(10));
                await clock.WaitForTimerAsync(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10), Stop);
            }
        }

        keepers.Select(static keeper => keeper.Current!.Thumbprint).Distinct().ShouldHaveSingleItem();
        foreach (var keeper in keepers)
        {
            await keeper.StopAsync(Stop);
            keeper.Dispose();
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Of_two_that_renew_at_once_one_does()
    {
        var store = new CertificateStore(fixture.Client, new AdmissionOptions { Service = "renewed" }, "default");
        var now = TimeProvider.System.GetUtcNow();
        KeptCertificates New() => CertificateIssuer.Renew(Renewal.Afresh, null, ["localhost"], now);
        (await store.TryWriteAsync(null, New(), Stop)).ShouldBeTrue();
        var read = await store.ReadAsync(Stop);
        var (one, other) = (New(), New());

        (await store.TryWriteAsync(read, one, Stop)).ShouldBeTrue();
        (await store.TryWriteAsync(read, other, Stop)).ShouldBeFalse();
        (await store.TryWriteAsync(null, other, Stop)).ShouldBeFalse();

        KeptCertificates.From(await store.ReadAsync(Stop)).ShouldBe(one);
    }

    private static JsonObject Metadata(string name, JsonNode? value) => new() { ["metadata"] = new JsonObject { [name] = value } };

    private static bool IsSignedBy(X509Certificate2 leaf, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(leaf);
    }

    private Task<CyrusServer?> ReadAsync(string name) => fixture.Client.GetAsync(CyrusResources.Servers, new ObjectKey("default", name), Stop);

    /// <summary>Asks again and again; each question has to be answered.</summary>
    private async Task<int> AskUntilAsync(CancellationToken enough)
    {
        var asked = 0;
        for (; !enough.IsCancellationRequested; asked++)
        {
            (await fixture.PostAsync(WebhookFixture.Server("traffic", "no option\n"), DryRun)).Code.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await fixture.PostAsync(WebhookFixture.Server("traffic", "admins: cyrus\n"), DryRun)).Code.ShouldBe(HttpStatusCode.Created);
        }
        return asked;
    }
}
