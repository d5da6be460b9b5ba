using Operator.Entities.Contract;
using static Operator.Reloader.Tests.BadReloads.Damage;

namespace Operator.Reloader.Tests.BadReloads;

/// <summary>Damage to imapd.conf. The line added by <see cref="Damage.Option"/> follows the last one of <see cref="Bundle"/>.</summary>
internal static class ImapdConfFaults
{
    private const string Line = "imapd.conf line 21";

    public static IReadOnlyList<BadReload> All { get; } =
    [
        new("a key without a colon", Option("timeout"), Alone.LosesAll, Line),
        new("a line that starts with a colon", Option(": 5"), Alone.LosesAll, Line),
        new("a space in a key", Option("time out: 5"), Alone.LosesAll, Line),
        new("a space before the colon", Option("timeout : 5"), Alone.LosesAll, Line),
        new("an equals sign instead of a colon", Option("timeout=5"), Alone.LosesAll, Line),
        new("a letter outside of ASCII in a key", Option("time\u00e9out: 5"), Alone.LosesAll, Line),
        new("an empty value", Option("timeout:"), Alone.LosesAll, Line),
        new("a value of blanks", Option("timeout:   "), Alone.LosesAll, Line),
        new("a word for a duration", Option("timeout: soon"), Alone.LosesAll, Line, "timeout"),
        new("an unknown unit of a duration", Option("timeout: 3x"), Alone.LosesAll, Line, "timeout"),
        new("a switch with a capital letter", Option("popuseacl: Yes"), Alone.LosesAll, Line, "popuseacl"),
        new("a switch that is neither on nor off", Option("popuseacl: maybe"), Alone.LosesAll, Line, "popuseacl"),
        new("a word for a number", Option("maxlogins_per_host: many"), Alone.LosesAll, Line, "maxlogins_per_host"),
        new("a number with a tail", Option("maxlogins_per_user: 3x"), Alone.LosesAll, Line, "maxlogins_per_user"),
        new("an unknown word of an enumeration", Option("virtdomains: sometimes"), Alone.LosesAll, Line, "virtdomains"),
        new("an unknown flag", Option("metapartition_files: header bogus"), Alone.LosesAll, Line, "metapartition_files"),
        new("an unknown database", Option("duplicate_db: berkeley"), Alone.LosesAll, Line, "duplicate_db"),
        new("an unknown TLS version", Option("tls_versions: tls9"), Alone.LosesAll, "Service"),
        new("a size with an unknown unit", Option("maxmessagesize: 10Q"), Alone.LosesAll, Line, "maxmessagesize"),
        new("an option given twice", Option("servername: other.test"), Alone.LosesAll, Line, "servername"),
        new("an option given twice in another case", Option("ServerName: other.test"), Alone.LosesAll, Line, "servername"),
        new("an unknown option given twice", Option("x_unknown: 1\nx_unknown: 2"), Alone.LosesAll, "imapd.conf line 22", "x_unknown"),
        new("an include of a file that is not there", Option("@include: /no/such/file"), Alone.LosesAll, Line),
        new("an unknown directive", Option("@incl: /etc/hosts"), Alone.LosesAll, Line),
        new("a bad value for one service only", Option("imaps_timeout: soon"), Alone.LosesSome, Line, "timeout"),
        new("a bad switch for one service only", Option("pop3_popuseacl: Maybe"), Alone.LosesSome, Line, "popuseacl"),
        new("a continuation that swallows a bad tail", Option("timeout: 3\\\nx"), Alone.LosesAll, "imapd.conf line", "timeout"),
        new("no file", File(BundleFiles.ImapdConf, static _ => null), Alone.LosesAll, "imapd.conf"),
        new("an empty file", File(BundleFiles.ImapdConf, static _ => ""), Alone.LosesAll, "imapd.conf"),
        new("no configdirectory", Imapd("configdirectory:", "# configdirectory:"), Alone.LosesAll, "configdirectory"),
        new("no certificate although imaps needs one", Imapd("tls_server_cert:", "# tls_server_cert:"), Alone.LosesAll, "imap"),
        new("no key although imaps needs one", Imapd("tls_server_key:", "# tls_server_key:"), Alone.LosesAll, "imap"),
        new("a certificate at a path that is not there", Imapd("/tls.crt", "/nowhere.crt"), Alone.LosesAll, "Service"),
        new("a cipher list that OpenSSL does not know", Option("tls_ciphers: NOSUCHCIPHER"), Alone.LosesAll, "Service"),
        new("a client CA that is not there", Option("tls_client_ca_file: /no/such/file"), Alone.ServesOn, Line, "tls_client_ca_file"),
        new("a client CA that is no certificate", Option("tls_client_ca_file: /etc/passwd"), Alone.ServesOn, Line, "tls_client_ca_file"),
        new("a client CA that is the server's own chain", Option("tls_client_ca_file: {generation}/tls.crt"), Alone.ServesOn),
        new("a client CA that is not there and not used", Option("tls_client_certs: off\ntls_client_ca_file: /no/such/file"), Alone.ServesOn),
        new("a revocation list that is not there", Option("tls_crl_file: /no/such/file"), Alone.ServesOn, Line, "tls_crl_file"),
        new("DH parameters that are not there", Option("tls_server_dhparam: /no/such/file"), Alone.ServesOn, Line, "tls_server_dhparam"),
        new("a certificate for DH parameters", Option("tls_server_dhparam: {generation}/tls.crt"), Alone.ServesOn, Line, "tls_server_dhparam"),
        new("an unknown option", Option("no_such_option: 5"), Alone.ServesOn),
        new("odd but good white space", Option("   timeout:\t5  "), Alone.ServesOn),
        new("a comment after white space", Option("   # timeout"), Alone.ServesOn),
    ];
}
