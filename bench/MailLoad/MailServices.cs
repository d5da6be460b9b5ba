namespace MailLoad;

/// <summary>A service that the load is sent to.</summary>
/// <param name="Name">In cyrus.conf.</param>
/// <param name="Protocol">As a CyrusServer names it.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Tls">As a CyrusServer names it.</param>
/// <param name="Prefork">Its idle workers.</param>
public sealed record MailService(string Name, string Protocol, int Port, string Tls, int Prefork);

/// <summary>The server that the load is made for. Pure.</summary>
public static class MailServices
{
    /// <summary>What is in every imapd.conf.</summary>
    public const string ImapdConf = """
        admins: cyrus
        allowplaintext: yes
        sasl_pwcheck_method: auxprop
        sasl_auxprop_plugin: sasldb
        sasl_sasldb_path: /var/lib/cyrus/sasldb2
        sasl_mech_list: PLAIN LOGIN
        """;

    /// <summary>The services, with the idle workers shared out among them as the sessions are.</summary>
    /// <param name="prefork">All idle workers.</param>
    public static IReadOnlyList<MailService> Of(int prefork) =>
    [
        new("imap", "imap", MailSite.Imap, "startTls", prefork / 2),
        new("imaps", "imap", MailSite.Imaps, "implicit", prefork / 5),
        new("pop3", "pop3", MailSite.Pop3, "startTls", prefork * 3 / 20),
        new("sieve", "sieve", MailSite.Sieve, "startTls", prefork / 10),
        new("lmtp", "lmtp", MailSite.Lmtp, "startTls", prefork / 20),
    ];

    /// <summary>A CyrusServer with them.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="prefork">All idle workers.</param>
    /// <param name="conf">More of imapd.conf.</param>
    /// <param name="spec">More of its spec, each line indented by two.</param>
    public static string ServerIn(string space, int prefork, string conf = "", string spec = "") => $$"""
        apiVersion: cyrus-operator.dev/v1alpha1
        kind: CyrusServer
        metadata: {name: mail, namespace: {{space}} }
        spec:
          imapdConf: |
            {{ImapdConf.ReplaceLineEndings("\n    ")}}
            {{conf}}
          tls: {secretName: mail-tls}
          services:
        {{string.Join("\n", Of(prefork).Select(static one =>
            $"  - {{name: {one.Name}, protocol: {one.Protocol}, port: {one.Port}, tls: {one.Tls}, prefork: {one.Prefork} }}"))}}
        {{spec}}
        """;
}
