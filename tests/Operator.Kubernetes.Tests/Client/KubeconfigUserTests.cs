using System.Text.Json.Nodes;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Client;

public sealed class KubeconfigUserTests : IDisposable
{
    private const string Head = """
        current-context: c
        contexts: [{name: c, context: {cluster: k, user: u}}]

        """;

    private const string Exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, ";
    private readonly string directory = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_credential_plugin_is_read_with_all_its_fields()
    {
        var plugin = Load("""
            clusters:
            - name: k
              cluster:
                server: https://h
                extensions:
                - name: other
                  extension: {a: b}
                - name: client.authentication.k8s.io/exec
                  extension: {audience: mail, number: 5, yes: true, text: "5", none: null, list: [a, 1.5]}
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: cloud-login
                  args: [token, --cluster, "1"]
                  env: [{name: PROFILE, value: a}, {name: EMPTY, value: ""}, {name: PROFILE, value: b}]
                  provideClusterInfo: true
                  interactiveMode: IfAvailable
                  installHint: |
                    apt install cloud-login
            """).Exec!;

        plugin.ApiVersion.ShouldBe("client.authentication.k8s.io/v1");
        plugin.Command.ShouldBe("cloud-login");
        plugin.Arguments.ShouldBe(["token", "--cluster", "1"]);
        plugin.Environment.ShouldBe(new Dictionary<string, string> { ["PROFILE"] = "b", ["EMPTY"] = "" });
        plugin.ProvideClusterInfo.ShouldBeTrue();
        plugin.InstallHint.ShouldBe("apt install cloud-login");
        plugin.Origin.ShouldEndWith("config:16: users[u].user.exec");
        JsonNode.DeepEquals(
            plugin.ClusterConfig,
            JsonNode.Parse("""{"audience":"mail","number":5,"yes":true,"text":"5","none":null,"list":["a",1.5]}""")).ShouldBeTrue();
    }

    [Fact]
    public void A_command_with_a_path_is_relative_to_the_file_and_one_without_is_looked_up()
    {
        string CommandOf(string text) =>
            Load(User($"exec: {{apiVersion: client.authentication.k8s.io/v1beta1, command: {text}}}")).Exec!.Command;

        CommandOf("./bin/login").ShouldBe(Path.Combine(directory, "./bin/login"));
        CommandOf("/opt/login").ShouldBe("/opt/login");
        CommandOf("login").ShouldBe("login");
    }

    [Fact]
    public void Impersonation_is_read()
    {
        var who = Load(User("token: t, as: jane, as-uid: u-1, as-groups: [staff], as-user-extra: {scope: [a]}")).Impersonate!;

        (who.UserName, who.Uid, who.Group).ShouldBe(("jane", "u-1", "staff"));
        who.Extra.ShouldBe(new Dictionary<string, string> { ["scope"] = "a" });
        Load(User("token: t")).Impersonate.ShouldBeNull();
    }

    [Fact]
    public void A_token_and_a_token_file_are_both_taken()
    {
        var config = Load(User("token: t, tokenFile: file"));

        (config.Token, config.TokenFile).ShouldBe(("t", Path.Combine(directory, "file")));
    }

    [Fact]
    public void A_proxy_may_be_http_https_or_socks5()
    {
        Load(Cluster("proxy-url: 'socks5://127.0.0.1:1080'")).Proxy.ShouldBe(new Uri("socks5://127.0.0.1:1080"));
        Load(Cluster("proxy-url: 'http://me:p@h:1'")).Proxy!.UserInfo.ShouldBe("me:p");
    }

    [Theory]
    [InlineData("exec: {command: x}", "config:4: users[u].user.exec has no apiVersion.")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1}", "users[u].user.exec has no command.")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", "v1alpha1, which is not supported")]
    [InlineData(Exec + "interactiveMode: Always}", "nobody whom it could ask")]
    [InlineData(Exec + "interactiveMode: Often}", "none of Never, IfAvailable, Always")]
    [InlineData(Exec + "args: {a: b}}", "has args that are no list of texts")]
    [InlineData(Exec + "env: [{value: a}]}", "exec.env has no name")]
    [InlineData(Exec + "provideClusterInfo: maybe}", "neither true nor false")]
    [InlineData("as-groups: [a]", "has as-groups without the user that as names")]
    [InlineData("as: jane, as-groups: [a, b]", "has several as-groups, which is not supported")]
    [InlineData("username: me, password: hush", "uses username, which is not supported")]
    public void An_unusable_user_is_named_with_file_line_and_field(string user, string expected)
    {
        var error = Should.Throw<KubernetesConfigException>(() => Load(User(user)));

        error.Message.ShouldStartWith(Path.Combine(directory, "config") + ":4: users[u].user");
        error.Message.ShouldContain(expected);
        error.ToString().ShouldNotContain("hush");
    }

    [Theory]
    [InlineData("proxy-url: 'ftp://me:hush@h'", "has a proxy-url that is no address with http, https, socks5")]
    [InlineData("insecure-skip-tls-verify: perhaps", "has insecure-skip-tls-verify, which is neither true nor false")]
    [InlineData("insecure-skip-tls-verify: true, certificate-authority-data: Q0E=", "which contradict each other")]
    public void An_unusable_cluster_is_named_with_file_line_and_field(string cluster, string expected)
    {
        var error = Should.Throw<KubernetesConfigException>(() => Load(Cluster(cluster)));

        error.Message.ShouldStartWith(Path.Combine(directory, "config") + ":3: clusters[k].cluster");
        error.Message.ShouldContain(expected);
        error.ToString().ShouldNotContain("hush");
    }

    private static string User(string fields) =>
        $"clusters: [{{name: k, cluster: {{server: 'https://h'}}}}]\nusers: [{{name: u, user: {{{fields}}}}}]\n";

    private static string Cluster(string fields) =>
        $"clusters: [{{name: k, cluster: {{server: 'https://h', {fields}}}}}]\nusers: [{{name: u, user: {{}}}}]\n";

    private KubernetesClientConfig Load(string yaml)
    {
        var path = Path.Combine(directory, "config");
        File.WriteAllText(path, Head + yaml);
        return KubernetesClientConfig.FromKubeconfig(path);
    }
}
