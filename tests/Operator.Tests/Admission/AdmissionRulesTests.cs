using System.Text.Json;
using Operator.Admission;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Tests.Servers;

namespace Operator.Tests.Admission;

public sealed class AdmissionRulesTests
{
    private static readonly CyrusServer Good = Make.Server();
    private static readonly CyrusServer Bad = Make.Server(static spec => spec with { ImapdConf = "admins: cyrus\nconfigdirectory: /secret\n" });

    [Fact]
    public void A_bad_new_server_is_refused_with_the_words_of_the_reconciler()
    {
        var answer = AdmissionRules.Answer(Review.Creation(Bad));

        answer.Uid.ShouldBe(Review.Creation(Bad).Uid);
        answer.Allowed.ShouldBeFalse();
        answer.Status!.Code.ShouldBe(422);
        answer.Status.Reason.ShouldBe("ImapdConfInvalid");
        answer.Status.Message.ShouldBe("spec.imapdConf line 2: configdirectory is managed by the operator; remove the line");
    }

    [Fact]
    public void A_bad_change_is_refused_also_where_it_was_bad_before()
    {
        AdmissionRules.Answer(Review.Update(Good, Bad)).Allowed.ShouldBeFalse();
        AdmissionRules.Answer(Review.Update(Bad, Bad with { Spec = Bad.Spec with { Replicas = 2 } })).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void A_name_that_is_none_and_two_services_on_one_port_are_refused()
    {
        var names = Make.Server(static spec => spec with { Tls = spec.Tls! with { DnsNames = ["no name"] } });
        var ports = Make.Server(static spec => spec with { Services = [Service("a"), Service("b")] });

        AdmissionRules.Answer(Review.Creation(names)).Status!.Message!.ShouldStartWith("spec.tls.dnsNames[0] ");
        AdmissionRules.Answer(Review.Creation(ports)).Status!.Message!.ShouldStartWith("spec.services[1] (b): port 1143 ");
    }

    [Theory]
    [InlineData("""{"services":[null]}""", "spec.services[0] is nothing")]
    [InlineData("""{"services":[{"name":null,"protocol":"imap","port":1143}]}""", "spec.services[0].name is nothing")]
    [InlineData("""{"services":[{"name":"imap","protocol":3,"port":1143}]}""", "spec.services[0].protocol is nothing")]
    [InlineData("""{"tls":{"\ud800":1}}""", "spec.tls is nothing")]
    [InlineData("""{"\ud800":1}""", "spec is nothing")]
    [InlineData("""{"tls":{"dnsNames":[null]}}""", "spec.tls.dnsNames[0] is nothing")]
    public void What_is_none_of_the_words_and_objects_that_are_needed_is_refused(string spec, string message)
    {
        var server = Review.Json($$"""{"metadata":{"name":"mail"},"spec":{{spec}}}""");

        AdmissionRules.Answer(Review.Creation(Good) with { Object = server }).Status!.Message!.ShouldStartWith(message);
    }

    [Fact]
    public void A_good_server_is_let_in_without_a_word()
    {
        var answer = AdmissionRules.Answer(Review.Creation(Good));

        answer.Allowed.ShouldBeTrue();
        answer.Status.ShouldBeNull();
        answer.Warnings.ShouldBeNull();
    }

    [Fact]
    public void A_good_change_is_let_in_with_a_preview()
    {
        var updated = Make.Server(static spec => spec with { ImapdConf = "admins: cyrus root\n" });

        AdmissionRules.Answer(Review.Update(Good, updated)).Warnings
            .ShouldBe(["This change is applied by a reload: no session is dropped (spec.imapdConf)"]);
    }

    [Fact]
    public void What_leaves_the_spec_as_it_was_is_let_in_however_bad_it_is()
    {
        var labelled = Bad with { Metadata = Bad.Metadata with { Labels = new Dictionary<string, string> { ["a"] = "b" }, Finalizers = null } };

        var answer = AdmissionRules.Answer(Review.Update(Bad with { Metadata = Bad.Metadata with { Finalizers = ["a/b"] } }, labelled));

        answer.Allowed.ShouldBeTrue();
        answer.Warnings.ShouldBeNull();
    }

    [Fact]
    public void What_is_being_deleted_is_let_in_however_bad_it_is()
    {
        var leaving = Bad with { Metadata = Bad.Metadata with { DeletionTimestamp = Make.Now } };

        AdmissionRules.Answer(Review.Update(Good, leaving)).Allowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("DELETE", "", "CyrusServer")]
    [InlineData("CONNECT", "", "CyrusServer")]
    [InlineData("UPDATE", "status", "CyrusServer")]
    [InlineData("UPDATE", "scale", "Scale")]
    [InlineData("CREATE", "", "Pod")]
    [InlineData(null, null, null)]
    public void What_is_not_its_business_is_let_in(string? operation, string? part, string? kind)
    {
        var question = Review.Update(Good, Bad);

        AdmissionRules.Answer(question with { Operation = operation, SubResource = part, Kind = question.Kind! with { Kind = kind } })
            .Allowed.ShouldBeTrue();
    }

    [Fact]
    public void A_deletion_that_carries_no_object_is_let_in() =>
        AdmissionRules.Answer(Review.Creation(Bad) with { Operation = "DELETE", Object = null, OldObject = Review.Json(Bad) }).Allowed.ShouldBeTrue();

    [Fact]
    public void What_cannot_be_read_is_refused_by_its_place_without_its_value()
    {
        var odd = Review.Json("""{"metadata":{"name":"mail"},"spec":{"rollout":{"signal":"hunter2"}}}""");

        var answer = AdmissionRules.Answer(Review.Creation(Good) with { Object = odd });

        answer.Status!.Message.ShouldBe("spec.rollout.signal is nothing that this version of the operator can read");
    }

    [Fact]
    public void What_cannot_be_read_and_does_not_change_is_let_in()
    {
        var odd = Review.Json("""{"metadata":{"finalizers":["a/b"]},"spec":{"rollout":{"signal":"Later"}}}""");
        var freed = Review.Json("""{"metadata":{},"spec":{"rollout":{"signal":"Later"}}}""");

        AdmissionRules.Answer(Review.Update(Good, Good) with { Object = freed, OldObject = odd }).Allowed.ShouldBeTrue();
    }

    [Fact]
    public void An_old_server_that_cannot_be_read_costs_the_preview_only()
    {
        var odd = Review.Json("""{"metadata":{"name":"mail"},"spec":{"replicas":"many"}}""");

        var answer = AdmissionRules.Answer(Review.Update(Good, Good) with { OldObject = odd });

        (answer.Allowed, answer.Warnings).ShouldBe((true, null));
    }

    [Fact]
    public void The_answer_never_holds_a_value_of_the_text()
    {
        var bad = Make.Server(static spec => spec with { ImapdConf = "sql_passwd: hunter2\nimapidlepoll: hunter2\n" });
        var good = Make.Server(static spec => spec with { ImapdConf = "sql_passwd: hunter2\nsql_pasword: hunter2\nunixhierarchysep: off\n" });

        Text(AdmissionRules.Answer(Review.Update(Good, bad))).ShouldNotContain("hunter2");
        var answer = AdmissionRules.Answer(Review.Update(Good, good));
        answer.Warnings!.Count.ShouldBeGreaterThan(1);
        Text(answer).ShouldNotContain("hunter2");
    }

    private static ServiceSpec Service(string name) => new() { Name = name, Protocol = MailProtocol.Imap, Port = 1143 };

    private static string Text(V1AdmissionResponse answer) =>
        JsonSerializer.Serialize(new V1AdmissionReview { Response = answer }, KubernetesJson.Default.V1AdmissionReview);
}
