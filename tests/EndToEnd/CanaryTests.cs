using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Testing.Canaries;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>
/// That the search of all these tests for secrets (<see cref="TestSpace"/>) finds what it should: a test whose secret is planted in each kind of place where the system writes.
/// </summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class CanaryTests
{
    private const string Pod = MailServer.Name + "-0";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_is_found_wherever_it_was_planted()
    {
        await using var server = await MailServer.StartAsync("canary", Stop);
        // Not among the secrets of this process, which are not to be found anywhere.
        var planted = "Lindwurm" + Guid.NewGuid().ToString("N");
        using var key = System.Security.Cryptography.ECDsa.Create();
        var pem = key.ExportPkcs8PrivateKeyPem();
        using var before = new SystemOutput(new CanarySearch([Canary.OfText("text", planted), Canary.OfKey("key", pem)]));
        await before.ReadAsync(server.Namespace, Stop);

        await PlantAsync(server, planted, pem);
        using var after = new SystemOutput(new CanarySearch([Canary.OfText("text", planted), Canary.OfKey("key", pem)]));
        await after.ReadAsync(server.Namespace, Stop);

        before.Leaks.ShouldBeEmpty();
        var space = server.Namespace;
        string[] expected =
        [
            $"key, as it is, in configmaps {space}/oops",
            $"key, as it is, in file core.1 in volume of {space}/spool-{Pod}",
            $"key, as it is, in file tmp/core in volume of {space}/{Pod}",
            $"key, in base64 or wrapped, in cyrusservers {space}/{MailServer.Name}",
            $"text, as it is, in events {space}/oops",
            $"text, as it is, in log of {space}/{Pod}/cyrus",
        ];
        after.Leaks.Select(static leak => leak.ToString()).Distinct().Where(static leak => !leak.Contains(" endpoint", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ShouldBe(expected);
    }

    private static async Task PlantAsync(MailServer server, string text, string pem)
    {
        await Kubectl.ApplyAsync(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "oops", ["namespace"] = server.Namespace },
            ["data"] = new JsonObject { ["imapd.conf"] = pem },
        }.ToJsonString(), Stop);
        await Kubectl.ApplyAsync($$"""
            apiVersion: v1
            kind: Event
            metadata: {name: oops, namespace: {{server.Namespace}} }
            involvedObject: {kind: CyrusServer, name: mail, namespace: {{server.Namespace}} }
            type: Normal
            message: "not a word: {{text}}"
            """, Stop);
        await Kubectl.RunAsync(
            null, Stop, "annotate", "cyrusserver", MailServer.Name, "-n", server.Namespace, "oops=" + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem)));
        foreach (var file in (string[])["/tmp/core", PodPaths.Spool + "/core.1"])
            await Kubectl.RunAsync(pem, Stop, "exec", "-i", "-n", server.Namespace, Pod, "-c", "cyrus", "--", "/bin/sh", "-c", "cat >" + file);
        // Cyrus writes down who it was that could not log in.
        await using var session = await ImapSession.OpenAsync(await server.AddressAsync(MailServer.Imap, Stop), false, Stop);
        await session.TryCommandAsync($"LOGIN {text} nothing", Stop);
    }
}
