using Operator.Testing;
using Operator.Testing.Cluster;

namespace Operator.Tests.Charts;

/// <summary>What the charts make, by the real helm. What a cluster makes of it is shown end to end.</summary>
[Trait("needs", "helm")]
public sealed class ChartTests
{
    private const string Operator = "charts/cyrus-operator", Server = "charts/cyrus-server";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Operator)]
    [InlineData(Server)]
    public async Task Lint_finds_nothing(string chart) => (await Helm.RunAsync(Stop, "lint", "--strict", Testing.Repository.PathOf(chart))).ShouldContain("0 chart(s) failed");

    [Theory]
    [InlineData("defaults")]
    [InlineData("everything")]
    [InlineData("namespaces")]
    [InlineData("old-kubernetes")]
    public Task What_the_operators_chart_makes_is_as_committed(string name) => ExpectGoldenAsync(Operator, name);

    [Theory]
    [InlineData("server")]
    [InlineData("server-with-certificate")]
    public Task What_the_servers_chart_makes_is_as_committed(string name) => ExpectGoldenAsync(Server, name);

    [Fact]
    public async Task The_CRD_has_rules_in_CEL_where_the_API_server_knows_them_and_none_where_it_would_refuse_them()
    {
        (await CrdAsync("1.25.0")).ShouldContain("x-kubernetes-validations:");
        (await CrdAsync("1.24.9")).ShouldNotContain("x-kubernetes-validations:");
        (await CrdAsync("1.25.0")).ShouldContain("helm.sh/resource-policy: keep");
        (await CrdAsync("1.25.0", "--set", "crds.keep=false")).ShouldNotContain("helm.sh/resource-policy");
        (await TemplateAsync(Operator, "--set", "crds.enabled=false")).ShouldNotContain("kind: CustomResourceDefinition");
    }

    [Fact]
    public async Task An_operator_of_some_namespaces_has_no_right_to_anything_in_others()
    {
        var made = await TemplateAsync(Operator, "--set", "watchNamespaces={mail,post}", "--set", "rbac.aggregate=false");

        made.ShouldNotContain("kind: ClusterRole");
        made.ShouldContain("value: mail,post");
    }

    public static TheoryData<string, string, string> BadOperatorValues => new()
    {
        { "a name that is none of its", "replica: 2", "additional properties 'replica' not allowed" },
        { "a name below that is none of its", "webhook: {enable: true}", "at '/webhook': additional properties 'enable' not allowed" },
        { "a text for a number", "replicas: two", "at '/replicas': got string, want integer" },
        { "a number out of range", "replicas: 100", "at '/replicas': maximum: got 100, want 10" },
        { "a text for a switch", "crds: {keep: \"yes\"}", "at '/crds/keep': got string, want boolean" },
        { "a word that is none of its", "logLevel: Verbose", "at '/logLevel': value must be one of 'Trace', 'Debug', 'Information', 'Warning', 'Error'" },
        { "a namespace that can be none", "watchNamespaces: [Mail_1]", "at '/watchNamespaces/0': 'Mail_1' does not match pattern" },
        { "a namespace twice", "watchNamespaces: [mail, mail]", "at '/watchNamespaces': items at 0 and 1 are equal" },
        { "a digest that is none", "image: {operator: {digest: latest}}", "at '/image/operator/digest': 'latest' does not match pattern" },
        { "an interval without a unit", "metrics: {serviceMonitor: {interval: \"30\"}}", "at '/metrics/serviceMonitor/interval': '30' does not match pattern" },
        { "a policy that is none", "webhook: {failurePolicy: Retry}", "at '/webhook/failurePolicy': value must be one of 'Ignore', 'Fail'" },
        { "both monitors", "metrics: {serviceMonitor: {enabled: true}, podMonitor: {enabled: true}}", "each pod would be scraped twice" },
        { "a ServiceMonitor without a Service", "metrics: {service: false, serviceMonitor: {enabled: true}}", "needs metrics.service to be true" },
        { "a foreign account without a name", "serviceAccount: {create: false}", "serviceAccount.name is needed" },
    };

    [Theory]
    [MemberData(nameof(BadOperatorValues))]
    public Task Bad_values_for_the_operator_are_refused(string what, string values, string message) => ExpectRefusalAsync(Operator, what, values, message);

    public static TheoryData<string, string, string> BadServerValues => new()
    {
        { "a field that is none", "imapdconf: x", "additional properties 'imapdconf' not allowed" },
        { "a field below that is none", "tls: {secret: mail-tls}", "at '/tls': additional properties 'secret' not allowed" },
        { "a protocol that is none", "services: [{name: imap, protocol: imap4, port: 1143}]", "at '/services/0/protocol': value must be one of" },
        { "a text for a number", "replicas: three", "at '/replicas': got string, want integer" },
        { "two certificates", "{tls: {secretName: other}, certificate: {enabled: true, spec: {}}}", "tls.secretName and tls.issuerRef must be left out" },
    };

    [Theory]
    [MemberData(nameof(BadServerValues))]
    public Task Bad_values_for_a_server_are_refused(string what, string values, string message) => ExpectRefusalAsync(Server, what, values, message);

    private static Task<string> TemplateAsync(string chart, params string[] arguments) => Helm.RunAsync(
        Stop, ["template", "cyrus-operator", Testing.Repository.PathOf(chart), "--namespace", "cyrus-system", "--kube-version", "1.33.0", .. arguments]);

    private static Task<string> CrdAsync(string kubernetes, params string[] arguments) =>
        TemplateAsync(Operator, ["--show-only", "templates/crd.yaml", "--kube-version", kubernetes, .. arguments]);

    private static async Task ExpectGoldenAsync(string chart, string name)
    {
        var values = Testing.Repository.PathOf("tests/Operator.Tests/Charts/Golden", name + ".values.yaml");
        string[] withoutCrd = chart == Operator ? ["--set", "crds.enabled=false"] : [];
        string[] more = name == "old-kubernetes" ? ["--kube-version", "1.20.2"] : [];
        var made = await TemplateAsync(chart, ["--values", values, .. withoutCrd, .. more]);
        made.ShouldBe(Golden.Expected($"tests/Operator.Tests/Charts/Golden/{name}.yaml", made));
    }

    private static async Task ExpectRefusalAsync(string chart, string what, string values, string message)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, values, Stop);
        try
        {
            var refusal = await Should.ThrowAsync<InvalidOperationException>(() => TemplateAsync(chart, "--values", file));
            refusal.Message.ShouldContain(message, customMessage: what);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
