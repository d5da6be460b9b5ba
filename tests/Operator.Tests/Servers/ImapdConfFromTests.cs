using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;

namespace Operator.Tests.Servers;

public sealed class ImapdConfFromTests
{
    private const string Password = "hunter2";

    private static readonly ObjectKey Db = new("post", "db");
    private static readonly ConfText Shared = new("ConfigMap post/shared key imap.conf", "# ours\npostmaster: dora\nduplicatesuppression: no");
    private static readonly ConfText Sql = new("Secret post/db key sql.conf", $"sasl_sql_passwd: {Password}\n") { IsSecret = true };

    [Fact]
    public void Texts_are_appended_in_order_each_after_its_origin()
    {
        var conf = Encoding.UTF8.GetString(Render(Shared, Sql).Bundle!.Files["imapd.conf"]);

        conf.ShouldStartWith($"""
            admins: cyrus


            # From ConfigMap post/shared key imap.conf.
            # ours
            postmaster: dora
            duplicatesuppression: no

            # From Secret post/db key sql.conf.
            sasl_sql_passwd: {Password}


            # Managed by cyrus-operator.
            configdirectory: /var/lib/cyrus

            """);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { $"a: 1\n\n{Password} hunter", "Secret post/db key sql.conf line 3, column 8: expected 'option: value'" },
        { $"a: 1\npostmaster: {Password}\n", "Secret post/db key sql.conf line 2, column 1: option 'postmaster' is given twice (first in ConfigMap post/shared key imap.conf line 2)" },
        { $"admins: {Password}", "Secret post/db key sql.conf line 1, column 1: option 'admins' is given twice (first in spec.imapdConf line 1)" },
        { $"timeout: {Password}\n", "Secret post/db key sql.conf line 1, column 10: timeout expects a duration such as 30m" },
        { $"imaps_timeout: {Password}\n", "Secret post/db key sql.conf line 1, column 16: imaps_timeout expects a duration such as 30m" },
        { $"# c\nconfigdirectory: /{Password}", "Secret post/db key sql.conf line 2: configdirectory is managed by the operator; remove the line" },
        { $"imap_tls_server_key: /{Password}", "Secret post/db key sql.conf line 1: imap_tls_server_key is managed by the operator; remove the line" },
        { $"x: 1\ny: {Password}\0", "Secret post/db key sql.conf line 2, column 11: control character U+0000; expected plain text" },
        { $"tls_client_ca_file: {{generation}}/{Password}", "Secret post/db key sql.conf line 1: tls_client_ca_file names a file, which is not there" },
        { $"timeout: {Password} \\\n", "Secret post/db key sql.conf line 1, column 10: timeout expects" },
        { $"@include: /{Password}", "Secret post/db key sql.conf line 1, column 1: directives such as @include are not supported" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Problem_is_named_by_object_key_and_line_there_and_no_value_is_told(string text, string message)
    {
        var problem = Render(Shared, Sql with { Text = text }).Problem!;

        problem.Message.ShouldStartWith(message);
        problem.Message.Replace("column", "", StringComparison.Ordinal).ShouldNotContain(Password);
    }

    [Fact]
    public void Sidecar_knows_by_the_text_what_is_from_a_Secret()
    {
        var (text, _) = ConfText.From("spec.imapdConfFrom[0]", Db, new KeyReference { Name = "db", Key = "sql.conf" }, Secret(Encoding.UTF8.GetBytes(Sql.Text)));
        var conf = Encoding.UTF8.GetString(Render(Shared, text!).Bundle!.Files["imapd.conf"]);

        SecretValues.Of(conf).HideIn($"dora cannot log in with {Password}").ShouldBe("dora cannot log in with ...");
    }

    [Fact]
    public void Continuation_at_the_end_of_a_text_does_not_reach_into_the_next()
    {
        var rendered = Render(Shared with { Text = "postmaster: dora \\" }, Sql);

        ImapdConfTexts.Of(Make.Server(), [Shared with { Text = "postmaster: dora \\" }, Sql]).Parsed.Options
            .Select(static option => option.Key).ShouldBe(["admins", "postmaster", "sasl_sql_passwd"]);
        rendered.Problem.ShouldBeNull();
    }

    [Fact]
    public void Cipher_list_of_a_text_counts_for_the_check_of_certificates()
    {
        var small = Testing.Mail.TestCertificate.CreateRsa(Make.Now, 1024);
        var inputs = Make.InputsOf(small);

        BundleRenderer.Render(Make.Server(), inputs, Make.Now).Problem!.Reason.ShouldBe("KeyTooSmall");
        BundleRenderer.Render(Make.Server(), inputs with { Texts = [Shared with { Text = "tls_ciphers: DEFAULT:@SECLEVEL=1\n" }] }, Make.Now).Problem.ShouldBeNull();
    }

    [Fact]
    public void Missing_object_or_key_is_named_unless_it_is_optional()
    {
        var reference = new KeyReference { Name = "db", Key = "sql.conf" };
        var optional = reference with { Optional = true };

        ConfText.From("spec.imapdConfFrom[0]", Db, reference, (V1Secret?)null).Problem
            .ShouldBe(new("SecretNotFound", "Secret post/db (spec.imapdConfFrom[0]) does not exist"));
        ConfText.From("spec.imapdConfFrom[0]", Db, reference, (V1ConfigMap?)null).Problem
            .ShouldBe(new("ConfigMapNotFound", "ConfigMap post/db (spec.imapdConfFrom[0]) does not exist"));
        ConfText.From("spec.imapdConfFrom[0]", Db, reference, new V1Secret()).Problem
            .ShouldBe(new("KeyNotFound", "Secret post/db (spec.imapdConfFrom[0]) has no key sql.conf"));
        ConfText.From("spec.imapdConfFrom[0]", Db, optional, (V1Secret?)null).ShouldBe(default);
        ConfText.From("spec.imapdConfFrom[0]", Db, optional, new V1ConfigMap()).ShouldBe(default);
        ConfText.From("spec.imapdConfFrom[0]", Db, optional, Secret([0x61, 0xff])).Problem
            .ShouldBe(new("ImapdConfInvalid", "Secret post/db key sql.conf (spec.imapdConfFrom[0]) is no text in UTF-8"));
    }

    [Fact]
    public void Text_comes_from_data_or_from_binary_data()
    {
        var reference = new KeyReference { Name = "db", Key = "sql.conf" };
        var map = new V1ConfigMap { BinaryData = new Dictionary<string, byte[]> { ["sql.conf"] = "a: é"u8.ToArray() } };

        ConfText.From("f", Db, reference, Secret("a: 1"u8.ToArray())).Text.ShouldBe(new("Secret post/db key sql.conf", "a: 1") { IsSecret = true });
        ConfText.From("f", Db, reference, map).Text.ShouldBe(new("ConfigMap post/db key sql.conf", "a: é"));
        ConfText.From("f", Db, reference, new V1ConfigMap { Data = new Dictionary<string, string> { ["sql.conf"] = "b: 2" } }).Text!.Text.ShouldBe("b: 2");
    }

    [Fact]
    public void All_that_a_server_names_is_watched()
    {
        var server = Make.Server(static spec => spec with
        {
            Tls = spec.Tls! with { AlternateSecretName = "rsa", ServiceCertificates = [new() { Service = "imaps", SecretName = "imaps-tls" }] },
            ImapdConfFrom =
            [
                new() { SecretKeyRef = new() { Name = "db", Key = "a" } },
                new() { ConfigMapKeyRef = new() { Name = "shared", Key = "b" } },
                new() { SecretKeyRef = new() { Name = "db", Key = "c" } },
            ],
        });

        References.SecretsOf(server).Select(static key => key.ToString()).ShouldBe(["post/mail-tls", "post/rsa", "post/imaps-tls", "post/db"]);
        References.ConfigMapsOf(server).Select(static key => key.ToString()).ShouldBe(["post/shared"]);
    }

    private static V1Secret Secret(byte[] content) => new() { Data = new Dictionary<string, byte[]> { ["sql.conf"] = content } };

    private static Rendered Render(params ConfText[] texts) => BundleRenderer.Render(Make.Server(), Make.Inputs() with { Texts = texts }, Make.Now);
}
