using Operator.Entities.Configuration;

namespace Operator.Entities.Tests.Configuration;

public sealed class SecretValuesTests
{
    private const string Conf = """
        admins: cyrus
        tls_ciphers: OPENCIPHER

        # From ConfigMap post/shared key imap.conf.
        postmaster: dora

        # From Secret post/db key sql.conf.
        # a comment
        sasl_sql_passwd: hunter2 and more
        ldap_uri: ldap://root:geheim@ldap.example.org
        ldap_password: conti\
        nued
        timeout: 10m

        # From ConfigMap post/more key imap.conf.
        sievedir: /var/lib/cyrus/sieve

        # Managed by cyrus-operator.
        configdirectory: /var/lib/cyrus

        """;

    [Theory]
    [InlineData("bad value 'hunter2 and more' on line 9", "bad value '...' on line 9")]
    [InlineData("no such user: hunter2", "no such user: ...")]
    [InlineData("cannot bind as ROOT with geheim", "cannot bind as ... with ...")]
    [InlineData("continued is wrong", "... is wrong")]
    [InlineData("no such cipher: OPENCIPHER", "no such cipher: OPENCIPHER")]
    [InlineData("IOERROR: /var/lib/cyrus/sieve of dora: timeout 10m", "IOERROR: /var/lib/cyrus/sieve of dora: timeout 10m")]
    public void What_is_from_a_Secret_is_hidden_and_nothing_else(string message, string told) =>
        SecretValues.Of(Conf).HideIn(message).ShouldBe(told);

    [Fact]
    public void Without_a_Secret_nothing_is_hidden() =>
        SecretValues.Of("a: hunter2\n\n# Managed by cyrus-operator.\nb: hunter3\n").HideIn("hunter2 hunter3").ShouldBe("hunter2 hunter3");
}
