using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Client;

/// <summary>Real commands, run by /bin/sh.</summary>
public sealed class ExecPluginTests : IDisposable
{
    private const int Limit = 30_000;
    private const string Version = "client.authentication.k8s.io/v1";
    private const string Printed = "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1";
    private static readonly ObjectKey s_key = new("ns", "a");
    private readonly string directory = Directory.CreateTempSubdirectory().FullName;
    private Fixture? fixture;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Output => Path.Combine(directory, "output");

    private string Runs => Path.Combine(directory, "runs");

    public void Dispose()
    {
        fixture?.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_is_kept_until_it_expires()
    {
        var client = Start(Counting());
        Print(ExecOutput.Token("first", client.Time.GetUtcNow().AddMinutes(10)));
        await GetAsync();
        Print(ExecOutput.Token("second"));
        client.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await GetAsync();
        client.Time.Advance(TimeSpan.FromSeconds(1));
        await GetAsync();
        client.Time.Advance(TimeSpan.FromDays(100));
        await GetAsync();

        Sent().ShouldBe(["Bearer first", "Bearer first", "Bearer second", "Bearer second"]);
        File.ReadAllLines(Runs).Length.ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_token_is_asked_for_anew_once()
    {
        var client = Start(Counting());
        client.Server.Intercept = _ =>
        {
            Print(ExecOutput.Token("second"));
            return FakeApiServer.Failure(HttpStatusCode.Unauthorized, "Unauthorized", "Unauthorized");
        };
        Print(ExecOutput.Token("first"));

        await Should.ThrowAsync<ApiException>(GetAsync);

        Sent().ShouldBe(["Bearer first", "Bearer second"]);
    }

    [Fact(Timeout = Limit)]
    public async Task Calls_at_the_same_time_run_it_once()
    {
        Start(Counting());
        Print(ExecOutput.Token("one"));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync()));

        File.ReadAllLines(Runs).Length.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_told_its_arguments_its_variables_and_the_cluster()
    {
        var script = $"printf '%s' \"$KUBERNETES_EXEC_INFO\" >{directory}/info; echo \"$1 $ROLE\" >{directory}/given; cat {Output}";
        var plugin = new ExecPluginOptions
        {
            ApiVersion = Version,
            Command = "sh",
            Arguments = ["-c", script, "sh", "an argument"],
            Environment = new Dictionary<string, string> { ["ROLE"] = "reader" },
            ProvideClusterInfo = true,
            ClusterConfig = JsonNode.Parse("""{"audience":"a","port":1}"""),
        };
        fixture = new Fixture(new KubernetesClientConfig
        {
            Server = new Uri("https://api.example.com:6443"),
            CertificateAuthority = "CA",
            TlsServerName = "name",
            Proxy = new Uri("http://proxy:1"),
            Exec = plugin,
        });
        Print(ExecOutput.Token("one"));

        await GetAsync();

        (await File.ReadAllTextAsync(Path.Combine(directory, "given"), Stop)).ShouldBe("an argument reader\n");
        var told = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory, "info"), Stop));
        var expected = JsonNode.Parse("""
            {
              "apiVersion": "client.authentication.k8s.io/v1",
              "kind": "ExecCredential",
              "spec": {
                "cluster": {
                  "server": "https://api.example.com:6443",
                  "tls-server-name": "name",
                  "certificate-authority-data": "Q0E=",
                  "proxy-url": "http://proxy:1",
                  "config": { "audience": "a", "port": 1 }
                },
                "interactive": false
              }
            }
            """);
        JsonNode.DeepEquals(told, expected).ShouldBeTrue(told!.ToJsonString());
    }

    [Fact(Timeout = Limit)]
    public async Task It_reads_the_end_of_its_input_at_once_and_is_told_nothing_of_the_cluster_unless_asked_for()
    {
        Start(Shell($"cat >{directory}/input; printf '%s' \"$KUBERNETES_EXEC_INFO\" >{directory}/info; cat {Output}"));
        Print(ExecOutput.Token("one"));

        await GetAsync();

        (await File.ReadAllTextAsync(Path.Combine(directory, "input"), Stop)).ShouldBeEmpty();
        (await File.ReadAllTextAsync(Path.Combine(directory, "info"), Stop)).ShouldBe(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}""");
    }

    [Theory(Timeout = Limit)]
    [InlineData("echo hush; exit 3", "'sh' ended with exit code 3.")]
    [InlineData("echo hush", "'sh' did not print JSON.")]
    [InlineData("echo '\"hush\"'", "'sh' did not print JSON.")]
    [InlineData("echo null", "'sh' did not print an ExecCredential of client.authentication.k8s.io/v1.")]
    [InlineData(Printed + "beta1\",\"status\":{\"token\":\"hush\"}}'", "'sh' did not print an ExecCredential of client.authentication.k8s.io/v1")]
    [InlineData(Printed + "\"}'", "'sh' printed neither a token nor a client certificate.")]
    [InlineData(Printed + "\",\"status\":{\"clientKeyData\":\"hush\"}}'", "'sh' printed a client certificate without its key")]
    [InlineData(Printed + "\",\"status\":{\"clientKeyData\":\"hush\",\"clientCertificateData\":\"hush\"}}'", "cannot be used together")]
    [InlineData("yes hush", "'sh' printed more than 1048576 bytes.")]
    public async Task A_failure_says_what_is_wrong_and_never_what_was_printed(string script, string expected)
    {
        Start(Shell(script));

        var error = await Should.ThrowAsync<KubernetesConfigException>(GetAsync);

        error.Message.ShouldContain("config:7: users[u].user.exec");
        error.Message.ShouldContain(expected);
        error.ToString().ShouldNotContain("hush");
    }

    [Theory(Timeout = Limit)]
    [InlineData("no-such-plugin", "'no-such-plugin' is not in PATH: install it with care.")]
    [InlineData("/no/such/plugin", "'/no/such/plugin' does not exist: install it with care.")]
    [InlineData("/etc/passwd", "'/etc/passwd' cannot be started")]
    public async Task A_command_that_is_missing_is_named_with_the_hint(string command, string expected)
    {
        Start(new ExecPluginOptions { ApiVersion = Version, Command = command, InstallHint = "install it with care\n" });

        (await Should.ThrowAsync<KubernetesConfigException>(GetAsync)).Message.ShouldContain(expected);
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_hangs_is_ended_in_time_and_tried_again_at_the_next_call()
    {
        var client = Start(Shell($"echo $$ >>{Runs}; [ -e {Output} ] && exec cat {Output}; exec sleep 1000"));
        var call = GetAsync();
        var hanging = await ProcessAsync();

        client.Time.Advance(TimeSpan.FromSeconds(20));

        (await Should.ThrowAsync<KubernetesConfigException>(call)).Message.ShouldEndWith("'sh' did not end within 20 s.");
        await hanging.WaitForExitAsync(Stop);
        Print(ExecOutput.Token("one"));
        await GetAsync();
        Sent().ShouldBe(["Bearer one"]);
    }

    [Fact(Timeout = Limit)]
    public async Task The_callers_cancellation_ends_it()
    {
        Start(Shell($"echo $$ >>{Runs}; exec sleep 1000"));
        using var cancel = new CancellationTokenSource();
        var call = fixture!.Client.GetAsync(Resources.ConfigMaps, s_key, cancel.Token);
        var hanging = await ProcessAsync();

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        await hanging.WaitForExitAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_is_given_wins_over_it()
    {
        fixture = new Fixture(new KubernetesClientConfig { Server = new Uri("http://fake"), Token = "given", Exec = Shell("exit 1") });

        await GetAsync();

        Sent().ShouldBe(["Bearer given"]);
    }

    private static ExecPluginOptions Shell(string script) =>
        new() { ApiVersion = Version, Command = "sh", Arguments = ["-c", script], Origin = "config:7: users[u].user.exec" };

    private ExecPluginOptions Counting() => Shell($"echo run >>{Runs}; cat {Output}");

    private Fixture Start(ExecPluginOptions plugin) =>
        fixture = new Fixture(new KubernetesClientConfig { Server = new Uri("http://fake"), Exec = plugin });

    private void Print(string text) => File.WriteAllText(Output, text);

    private Task GetAsync() => fixture!.Client.GetAsync(Resources.ConfigMaps, s_key, Stop);

    private IEnumerable<string?> Sent() => fixture!.Server.Requests.Select(request => request.Authorization);

    /// <summary>The plugin, once it says that it runs.</summary>
    private async Task<Process> ProcessAsync()
    {
        while (!File.Exists(Runs) || !(await File.ReadAllTextAsync(Runs, Stop)).EndsWith('\n'))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Stop);
        return Process.GetProcessById(int.Parse((await File.ReadAllLinesAsync(Runs, Stop))[0], CultureInfo.InvariantCulture));
    }
}
