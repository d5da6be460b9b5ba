using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
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
public sealed class CanaryTests(ITestOutputHelper log)
{
    private const string Pod = MailServer.Name + "-0";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_is_found_wherever_it_was_planted()
    {
        await using var server = await MailServer.StartAsync("canary", Stop);
        // Neither is among the secrets of this process, which are not to be found anywhere.
        var text = "Lindwurm" + Guid.NewGuid().ToString("N");
        using var key = ECDsa.Create();
        var search = new CanarySearch([Canary.OfText("text", text), Canary.OfKey("key", key.ExportPkcs8PrivateKeyPem())]);
        using var before = await ReadAsync(server, search);

        await PlantAsync(server, text, Convert.ToBase64String(key.ExportPkcs8PrivateKey(), Base64FormattingOptions.InsertLineBreaks));
        using var after = await ReadAsync(server, search);

        before.Leaks.ShouldBeEmpty();
        var space = server.Namespace;
        after.Leaks.Select(static leak => leak.ToString()).Distinct().Order(StringComparer.Ordinal).ShouldBe(
        [
            $"key, as it is, in configmaps {space}/oops",
            $"key, as it is, in file core.1 in volume of {space}/spool-{Pod}",
            $"key, as it is, in file tmp/core in volume of {space}/{Pod}",
            $"key, in base64 or wrapped, in cyrusservers {space}/{MailServer.Name}",
            $"text, as it is, in events {space}/oops",
            $"text, as it is, in log of {space}/{Pod}/cyrus",
        ]);
    }

    [Fact]
    public async Task Everything_that_the_system_writes_is_looked_at()
    {
        await using var server = await MailServer.StartAsync("places", Stop);

        using var output = await ReadAsync(server, KnownCanaries.Search());
        await output.ReadAsync("cyrus-system", Stop);

        var space = server.Namespace;
        string[] kinds = ["cyrusservers", "statefulsets", "controllerrevisions", "pods", "events", "services", "endpoints", "serviceaccounts", "persistentvolumeclaims", "persistentvolumes", "poddisruptionbudgets", "networkpolicies", "configmaps", "secrets"];
        string[] places =
        [
            .. kinds.Select(kind => $"{kind} {(kind == "persistentvolumes" ? "" : space + "/")}"),
            $"log of {space}/{Pod}/cyrus", $"log of {space}/{Pod}/reloader", $"log of {space}/{Pod}/stage",
            $"answer of {space}/{Pod}:9180/metrics", $"answer of {space}/{Pod}:9180/v1/report", $"answer of {space}/{Pod}:9180/readyz",
            $"file run/", $"file tools/", $"in volume of {space}/spool-{Pod}", $"in volume of {space}/configuration-{Pod}",
            "log of cyrus-system/cyrus-operator-", "answer of cyrus-system/cyrus-operator-", "leases cyrus-system/", "helm get all cyrus-operator",
        ];
        places.Where(place => !output.Places.Any(one => one.Contains(place, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    private async Task<SystemOutput> ReadAsync(MailServer server, CanarySearch search)
    {
        var clock = Stopwatch.StartNew();
        var output = new SystemOutput(search);
        await output.ReadAsync(server.Namespace, Stop);
        log.WriteLine($"{output.Places.Count} places in {clock.Elapsed.TotalSeconds:0.00} s");
        return output;
    }

    private static async Task PlantAsync(MailServer server, string text, string body)
    {
        await Kubectl.ApplyAsync(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "oops", ["namespace"] = server.Namespace },
            ["data"] = new JsonObject { ["imapd.conf"] = body },
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
            null, Stop, "annotate", "cyrusserver", MailServer.Name, "-n", server.Namespace, "oops=" + Convert.ToBase64String(Encoding.ASCII.GetBytes(body)));
        foreach (var file in (string[])["/tmp/core", PodPaths.Spool + "/core.1"])
            await Kubectl.RunAsync(body, Stop, "exec", "-i", "-n", server.Namespace, Pod, "-c", "cyrus", "--", "/bin/sh", "-c", "cat >" + file);
        // Cyrus writes down who it was that could not log in.
        await using var session = await ImapSession.OpenAsync(await server.AddressAsync(MailServer.Imap, Stop), false, Stop);
        await session.TryCommandAsync($"LOGIN {text} nothing", Stop);
    }
}
