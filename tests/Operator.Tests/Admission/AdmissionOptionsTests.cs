using Microsoft.Extensions.Configuration;
using Operator.Admission;

namespace Operator.Tests.Admission;

public sealed class AdmissionOptionsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("false")]
    public void It_is_off_unless_the_variable_says_true(string? value) => From(("", value)).ShouldBeNull();

    [Fact]
    public void Port_Service_configuration_and_names_have_their_variables()
    {
        var plain = From(("", "true"))!;
        var given = From(("", "True"), ("_PORT", "8443"), ("_SERVICE", "hook"), ("_CONFIGURATION", "mine"), ("_NAMES", "a.example.org, b.example.org"))!;

        (plain.Port, plain.Service, plain.Secret, plain.Configuration).ShouldBe((9443, "cyrus-operator-webhook", "cyrus-operator-webhook", "cyrus-operator"));
        plain.DnsNames("mail").ShouldBe(["cyrus-operator-webhook.mail.svc", "cyrus-operator-webhook.mail.svc.cluster.local"]);
        (given.Port, given.Secret, given.Configuration).ShouldBe((8443, "hook", "mine"));
        given.DnsNames("mail").ShouldBe(["hook.mail.svc", "hook.mail.svc.cluster.local", "a.example.org", "b.example.org"]);
    }

    [Theory]
    [InlineData("", "yes")]
    [InlineData("_PORT", "https")]
    [InlineData("_PORT", "0")]
    [InlineData("_PORT", "65536")]
    public void What_cannot_be_used_is_refused_by_name(string suffix, string value)
    {
        var name = "CYRUS_OPERATOR_WEBHOOK" + suffix;

        Should.Throw<InvalidOperationException>(() => From(("", "true"), (suffix, value))).Message.ShouldStartWith($"Environment variable {name} is ");
    }

    private static AdmissionOptions? From(params IEnumerable<(string Suffix, string? Value)> variables)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (suffix, value) in variables)
            values["CYRUS_OPERATOR_WEBHOOK" + suffix] = value;
        return AdmissionOptions.From(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
