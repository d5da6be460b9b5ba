using System.Text;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Client;

public sealed class KubeconfigTests : IDisposable
{
    private const string Full = """
        apiVersion: v1
        kind: Config
        current-context: local
        contexts:
        - name: local
          context: {cluster: here, user: me, namespace: mail}
        - name: other
          context: {cluster: there, user: token}
        clusters:
        - name: here
          cluster:
            server: https://127.0.0.1:6443
            certificate-authority-data: Q0E=
        - name: there
          cluster: {server: "https://example.com/k8s", insecure-skip-tls-verify: true, tls-server-name: api}
        users:
        - name: me
          user: {client-certificate-data: Q1JU, client-key-data: S0VZ}
        - name: token
          user: {token: hush-hush}
        """;

    private const string One = "{current-context: c, contexts: [{name: c, context: {cluster: k}}], ";
    private const string Two =
        "{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}], clusters: [{name: k, cluster: {server: 'https://h'}}],";

    private readonly string directory = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void The_current_context_is_read()
    {
        var config = KubernetesClientConfig.FromKubeconfig(Write("config", Full));

        config.Server.ShouldBe(new Uri("https://127.0.0.1:6443"));
        config.Namespace.ShouldBe("mail");
        config.CertificateAuthority.ShouldBe("CA");
        config.ClientCertificate.ShouldBe("CRT");
        config.ClientKey.ShouldBe("KEY");
        config.Token.ShouldBeNull();
    }

    [Fact]
    public void Another_context_can_be_asked_for()
    {
        var config = KubernetesClientConfig.FromKubeconfig(Write("config", Full), "other");

        config.Server.ShouldBe(new Uri("https://example.com/k8s"));
        config.Token.ShouldBe("hush-hush");
        config.SkipTlsVerify.ShouldBeTrue();
        config.TlsServerName.ShouldBe("api");
        config.Namespace.ShouldBe("default");
        config.ToString().ShouldNotContain("hush");
    }

    [Fact]
    public void Paths_are_relative_to_the_file_that_names_them()
    {
        Write("ca.pem", "CA");
        Write("crt.pem", "CRT");
        Write("key.pem", "KEY");
        var path = Write("config", """
            current-context: c
            contexts: [{name: c, context: {cluster: k, user: u}}]
            clusters: [{name: k, cluster: {server: "https://h", certificate-authority: ca.pem}}]
            users: [{name: u, user: {client-certificate: crt.pem, client-key: key.pem, tokenFile: token}}]
            """);

        var config = KubernetesClientConfig.FromKubeconfig(path);

        config.CertificateAuthorityFile.ShouldBe(Path.Combine(directory, "ca.pem"));
        config.ClientCertificateFile.ShouldBe(Path.Combine(directory, "crt.pem"));
        config.ClientKeyFile.ShouldBe(Path.Combine(directory, "key.pem"));
        config.TokenFile.ShouldBe(Path.Combine(directory, "token"));
    }

    [Fact]
    public void JSON_is_read_as_well()
    {
        var path = Write("config", """
            {
              "current-context": "c",
              "contexts": [{"name": "c", "context": {"cluster": "k"}}],
              "clusters": [{"name": "k", "cluster": {"server": "http://h:8001"}}]
            }
            """);

        KubernetesClientConfig.FromKubeconfig(path).Server.ShouldBe(new Uri("http://h:8001"));
    }

    [Theory]
    [InlineData("", "not a kubeconfig")]
    [InlineData("a: [b", "not YAML")]
    [InlineData("kind: Config", "no current-context")]
    [InlineData("current-context: c", "contexts has no entry named 'c'")]
    [InlineData("{current-context: c, contexts: [{name: c, context: {user: u}}]}", "contexts[c].context has no cluster")]
    [InlineData("{current-context: c, contexts: [{name: c, context: {cluster: k}}]}", "clusters has no entry named 'k'")]
    [InlineData(One + "clusters: [{name: k, cluster: {x: y}}]}", "clusters[k].cluster has no server")]
    [InlineData(One + "clusters: [{name: k, cluster: {server: here}}]}", "has a server that is no address with https, http")]
    [InlineData(One + "clusters: [{name: k, cluster: {server: 'https://h', certificate-authority-data: '!'}}]}", "that is not base64")]
    [InlineData(One + "clusters: [{name: k, cluster: {server: 'https://h', certificate-authority: none.pem}}]}", "that does not exist")]
    [InlineData(Two + "users: [{name: u, user: {auth-provider: {name: x}}}]}", "uses auth-provider, which is not supported")]
    public void An_error_names_the_file_and_what_is_wrong(string yaml, string expected)
    {
        var path = Write("config", yaml);

        var error = Should.Throw<KubernetesConfigException>(() => KubernetesClientConfig.FromKubeconfig(path));

        error.Message.ShouldContain(path);
        error.Message.ShouldContain(expected);
    }

    [Fact]
    public void A_broken_line_with_a_token_is_not_quoted()
    {
        var path = Write("config", "users:\n- name: u\n  user: {token: hush-hush");

        var error = Should.Throw<KubernetesConfigException>(() => KubernetesClientConfig.FromKubeconfig(path));

        error.ToString().ShouldNotContain("hush");
    }

    [Fact]
    public void Several_files_are_read_as_one_and_the_first_wins()
    {
        var first = Write("first", "{current-context: local, users: [{name: me, user: {token: mine}}]}");
        var second = Write("second", Full);
        var environment = Environment(("KUBECONFIG", $"{directory}/missing:{first}:{second}"));

        var config = KubernetesClientConfig.Default(environment, directory, directory);

        config.Token.ShouldBe("mine");
        config.ClientCertificate.ShouldBeNull("an entry is taken as a whole, not field by field");
        config.Server.ShouldBe(new Uri("https://127.0.0.1:6443"));
    }

    [Fact]
    public void Of_several_files_each_has_its_own_relative_paths()
    {
        Directory.CreateDirectory(Path.Combine(directory, "below"));
        Write("below/ca.pem", "CA");
        var first = Write("first", """
            current-context: c
            contexts: [{name: c, context: {cluster: k, user: u}}]
            users: [{name: u, user: {tokenFile: t}}]
            """);
        var second = Write("below/second", "clusters: [{name: k, cluster: {server: 'https://h', certificate-authority: ca.pem}}]");

        var config = KubernetesClientConfig.Default(Environment(("KUBECONFIG", $"{first}:{second}")), directory, directory);

        config.CertificateAuthorityFile.ShouldBe(Path.Combine(directory, "below", "ca.pem"));
        config.TokenFile.ShouldBe(Path.Combine(directory, "t"));
    }

    [Fact]
    public void KUBECONFIG_comes_before_the_pod_and_the_pod_before_the_home_directory()
    {
        Directory.CreateDirectory(Path.Combine(directory, ".kube"));
        Write(".kube/config", Full);
        Write("token", "t");
        Write("namespace", "mail-operator\n");
        var pod = Environment(("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "443"));

        KubernetesClientConfig.Default(Environment(), directory, directory).Server.Host.ShouldBe("127.0.0.1");
        var inPod = KubernetesClientConfig.Default(pod, directory, directory);

        inPod.Server.ShouldBe(new Uri("https://[fd00::1]:443"));
        inPod.Namespace.ShouldBe("mail-operator");
        inPod.TokenFile.ShouldBe(Path.Combine(directory, "token"));
        inPod.CertificateAuthorityFile.ShouldBe(Path.Combine(directory, "ca.crt"));
    }

    [Fact]
    public void Nothing_at_all_says_where_was_looked()
    {
        var error = Should.Throw<KubernetesConfigException>(() => KubernetesClientConfig.Default(Environment(), directory, directory));

        error.Message.ShouldContain("KUBECONFIG is not set");
        error.Message.ShouldContain(Path.Combine(directory, ".kube", "config"));
    }

    [Fact]
    public void A_pod_without_a_service_account_is_told_so()
    {
        var pod = Environment(("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("KUBERNETES_SERVICE_PORT", "443"));

        Should.Throw<KubernetesConfigException>(() => KubernetesClientConfig.Default(pod, directory, directory))
            .Message.ShouldContain("mounts no service-account token");
    }

    [Fact]
    public void What_is_nested_without_end_is_refused_before_it_uses_up_the_stack()
    {
        foreach (var open in (string[])["[", "{", "- ", "? "])
        {
            var deep = Write("deep", "a: " + string.Concat(Enumerable.Repeat(open, 50_000)));

            Should.Throw<KubernetesConfigException>(() => KubernetesClientConfig.FromKubeconfig(deep)).Message.ShouldEndWith("not YAML.");
        }
    }

    [Theory]
    [InlineData("? *a\n: x\n? *a\n: y\n")]
    [InlineData("a: &a\n  b: *a\n")]
    public void An_alias_of_nothing_or_of_what_holds_it_is_refused(string text) =>
        Should.Throw<KubernetesConfigException>(() => KubernetesClientConfig.FromKubeconfig(Write("config", text))).Message.ShouldEndWith("not YAML.");

    [Theory]
    [InlineData("{a: &a [x, x, x, x, x, x, x, x, x, x], b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a], c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b], d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c], e: [*d, *d]}")]
    [InlineData("{? [a] : b}")]
    public void A_plugin_is_told_nothing_that_is_no_JSON_or_too_much(string extension)
    {
        var path = Write("config", $$"""
            current-context: c
            contexts: [{ name: c, context: { cluster: k, user: u } }]
            clusters:
            - name: k
              cluster:
                server: https://h
                extensions:
                - name: client.authentication.k8s.io/exec
                  extension: {{extension}}
            users:
            - name: u
              user:
                exec: { apiVersion: client.authentication.k8s.io/v1, command: p }
            """);

        Should.Throw<KubernetesConfigException>(() => KubernetesClientConfig.FromKubeconfig(path)).Message.ShouldEndWith("that cannot be told in JSON.");
    }

    private static Func<string, string?> Environment(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(one => one.Name == name).Value;

    private string Write(string name, string text)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }
}
