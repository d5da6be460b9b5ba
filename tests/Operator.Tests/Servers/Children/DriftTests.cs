using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Servers.Children;

namespace Operator.Tests.Servers.Children;

public sealed class DriftTests
{
    private const string Object = """
        {"metadata":{"resourceVersion":"1","generation":1,"labels":{"a/b":"1"}},
         "spec":{"type":"ClusterIP","selector":{"one":"1"},"ports":[{"name":"imap","port":143},{"name":"imaps","port":993}],"list":["x","y"]},
         "status":{"phase":"new"}}
        """;

    [Theory]
    [InlineData("\"ClusterIP\"", "\"NodePort\"", "spec.type")]
    [InlineData("\"port\":993", "\"port\":994", "spec.ports[imaps].port")]
    [InlineData("{\"name\":\"imap\",\"port\":143},", "", "spec.ports[imap]")]
    [InlineData("[\"x\",\"y\"]", "[\"y\",\"x\"]", "spec.list")]
    [InlineData("{\"a/b\":\"1\"}", "{}", "metadata.labels[a/b]")]
    [InlineData("{\"one\":\"1\"}", "{\"one\":\"1\",\"two\":\"2\"}", "spec.selector.two")]
    [InlineData("{\"name\":\"imap\",\"port\":143},{\"name\":\"imaps\",\"port\":993}", "{\"name\":\"imaps\",\"port\":993},{\"name\":\"imap\",\"port\":143}", "spec.ports")]
    public void A_changed_field_is_named_by_its_path(string old, string now, string path) =>
        Drift.Between(Parse(Object), Parse(Object.Replace(old, now, StringComparison.Ordinal))).ShouldHaveSingleItem().Text.ShouldBe(path);

    [Theory]
    [InlineData("\"resourceVersion\":\"1\",\"generation\":1", "\"resourceVersion\":\"2\",\"generation\":2")]
    [InlineData("\"new\"", "\"old\"")]
    public void What_the_API_server_writes_by_itself_is_no_drift(string old, string now) =>
        Drift.Between(Parse(Object), Parse(Object.Replace(old, now, StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void The_manager_that_has_the_field_is_named_and_we_are_not()
    {
        var managed = JsonElement.Parse("""
            [{"manager":"cyrus-operator","fieldsV1":{"f:spec":{"f:type":{}}}},
             {"manager":"kubectl-edit","fieldsV1":{"f:spec":{"f:type":{}}}},
             {"manager":"somebody","fieldsV1":{"f:spec":{"f:selector":{}}}}]
            """);

        FieldManagers.Of(managed, [new DriftPath("spec.type", ["spec", "type"])]).ShouldBe(["kubectl-edit"]);
    }

    [Fact]
    public void The_sentence_names_no_value_and_at_most_five_fields()
    {
        var before = Parse("""{"spec":{"a":"secret-1","b":1,"c":1,"d":1,"e":1,"f":1,"g":1}}""");
        var after = Parse("""{"spec":{"a":"secret-2","b":2,"c":2,"d":2,"e":2,"f":2,"g":2}}""");

        ForeignChange.Describe("Service post/mail", before, after, default)
            .ShouldBe("Service post/mail: spec.a, spec.b, spec.c, spec.d, spec.e and 2 more had been changed and is as wanted again");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
