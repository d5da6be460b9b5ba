using System.Reflection;
using Operator.Entities.Servers;
using Operator.Servers.Rendering;

namespace Operator.Tests.Servers;

public sealed class SpecRulesTests
{
    /// <summary>A spec that breaks each rule in CEL, by the rule's message.</summary>
    private static readonly Dictionary<string, Func<CyrusServerSpec, CyrusServerSpec>> Breaks = new()
    {
        ["services and cyrusConf exclude each other"] = static spec => spec with { CyrusConf = "", Services = [] },
        ["externalTrafficPolicy needs type NodePort or LoadBalancer"] = static spec => spec with { Service = new() { ExternalTrafficPolicy = "Local" } },
        ["exactly one of secretKeyRef and configMapKeyRef is needed"] = static spec => spec with { ImapdConfFrom = [new()] },
        ["secretName or issuerRef is needed"] = static spec => spec with { Tls = new() },
        ["issuerRef needs dnsNames: the names that the certificate shall have"] = static spec => spec with { Tls = new() { IssuerRef = new() { Name = "ca" }, DnsNames = [] } },
    };

    // What is asked at changes only needs the object before, which a reconciler does not have.
    public static TheoryData<string> Rules =>
    [
        .. typeof(CyrusServerSpec).Assembly.GetTypes()
            .SelectMany(static type => type.GetCustomAttributes<CelRuleAttribute>().Concat(type.GetProperties().SelectMany(static one => one.GetCustomAttributes<CelRuleAttribute>())))
            .Where(static rule => !rule.Rule.Contains("oldSelf", StringComparison.Ordinal))
            .Select(static rule => rule.Message).Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_rule_in_CEL_is_kept_where_the_API_server_does_not_know_it(string message)
    {
        Breaks.Keys.ShouldContain(message);

        SpecRules.Check(Make.Server(Breaks[message]))!.Message.ShouldEndWith(message);
    }

    public static TheoryData<string, ClientServiceSpec> BadServices => new()
    {
        { ".ports[0].name is none of a listener on a port; expected one of imap, imaps", Ports(new ClientPort { Name = "pop3" }) },
        { ".ports[1]: imap is given twice", Ports(new ClientPort { Name = "imap", Port = 1 }, new ClientPort { Name = "imap", Port = 2 }) },
        { ".ports: port 993 would be that of imap and of imaps", Ports(new ClientPort { Name = "imap", Port = 993 }, new ClientPort { Name = "imaps", Port = 993 }) },
        { ".ports: port 1143 would be that of imap and of imaps", Ports(new ClientPort { Name = "imaps", Port = 1143 }) },
        { ".ports[0]: nodePort needs type NodePort or LoadBalancer", Ports(new ClientPort { Name = "imap", NodePort = 30143 }) },
        {
            ".ports[1]: nodePort 30143 is given twice",
            Ports(new ClientPort { Name = "imap", NodePort = 30143 }, new ClientPort { Name = "imaps", NodePort = 30143 }) with { Type = "NodePort" }
        },
        { ": loadBalancerClass needs type LoadBalancer", new() { LoadBalancerClass = "x" } },
        { ": loadBalancerSourceRanges needs type LoadBalancer", new() { Type = "NodePort", LoadBalancerSourceRanges = ["198.18.0.0/15"] } },
    };

    [Theory]
    [MemberData(nameof(BadServices))]
    public void Service_that_cannot_be_is_refused_by_its_field(string message, ClientServiceSpec service) =>
        SpecRules.Check(Make.Server(spec => spec with { Service = service })).ShouldBe(new("ServiceInvalid", "spec.service" + message));

    [Fact]
    public void Ports_of_the_listeners_may_be_swapped_for_clients() =>
        SpecRules.Check(Make.Server(static spec => spec with
        {
            Service = Ports(new ClientPort { Name = "imap", Port = 1993, NodePort = 30143 }, new ClientPort { Name = "imaps", Port = 1143 }) with
            {
                Type = "LoadBalancer",
                ExternalTrafficPolicy = "Local",
                LoadBalancerSourceRanges = ["198.18.0.0/15"],
            },
        })).ShouldBeNull();

    private static ClientServiceSpec Ports(params ClientPort[] ports) => new() { Ports = ports };
}
