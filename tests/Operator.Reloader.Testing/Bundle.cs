using System.Text;
using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Testing.Mail;

namespace Operator.Reloader.Testing;

/// <summary>What the operator would publish, as text that a test may spoil.</summary>
internal sealed record Bundle(CyrusLayout Layout, TestCertificate Certificate)
{
    public int Prefork { get; init; } = 10;

    /// <summary>Prefork of imaps where it is another.</summary>
    public int? PreforkImaps { get; init; }

    public int MaxChild { get; init; } = 200;

    public int MaxChildPop3 { get; init; } = 200;

    public string ExtraImapdConf { get; init; } = "";

    public string ExtraService { get; init; } = "";

    public string ExtraDaemon { get; init; } = "";

    public string ExtraStart { get; init; } = "";

    public string ExtraEvent { get; init; } = "";

    public string? KeyPem { get; init; }

    /// <summary>A second certificate, with a key of another kind.</summary>
    public TestCertificate? Alternate { get; init; }

    public IReadOnlyList<Listener>? Listeners { get; init; }

    /// <summary>Damages the files after they have been rendered.</summary>
    public Action<Dictionary<string, byte[]>>? Spoil { get; init; }

    public IReadOnlyDictionary<string, byte[]> Files => Spoiled();

    private Dictionary<string, byte[]> Spoiled()
    {
        var files = Rendered();
        Spoil?.Invoke(files);
        return files;
    }

    private Dictionary<string, byte[]> Rendered() => Texts().ToDictionary(file => file.Key, file => Encoding.UTF8.GetBytes(file.Value));

    private Dictionary<string, string> Texts()
    {
        var files = Single();
        if (Alternate is not null)
        {
            files[BundleFiles.AlternateCertificate] = Alternate.ChainPem;
            files[BundleFiles.AlternateKey] = Alternate.KeyPem;
        }
        return files;
    }

    private Dictionary<string, string> Single() => new()
    {
        [BundleFiles.ImapdConf] = ImapdConf,
        [BundleFiles.CyrusConf] = CyrusConf,
        [BundleFiles.TlsCertificate] = Certificate.ChainPem,
        [BundleFiles.TlsKey] = KeyPem ?? Certificate.KeyPem,
        [BundleFiles.Listeners] = JsonSerializer.Serialize(Listeners ?? Layout.Listeners, ContractJson.Default.IReadOnlyListListener),
    };

    public string Digest => BundleDigest.Compute(Files);

    private string ImapdConf => $$"""
        configdirectory: {{Layout.ConfigDirectory}}
        defaultpartition: default
        partition-default: {{Layout.Spool}}
        sievedir: {{Layout.ConfigDirectory}}/sieve
        proc_path: {{Layout.Run}}/proc
        servername: cyrus.test
        admins: cyrus
        allowplaintext: yes
        allowstarttls: yes
        autocreate_quota: 0
        popminpoll: 0
        sasl_pwcheck_method: auxprop
        sasl_auxprop_plugin: sasldb
        sasl_mech_list: PLAIN
        sasl_sasldb_path: {{Layout.SaslDatabase}}
        tls_server_cert: {generation}/tls.crt{{(Alternate is null ? "" : ",{generation}/tls-alternate.crt")}}
        tls_server_key: {generation}/tls.key{{(Alternate is null ? "" : ",{generation}/tls-alternate.key")}}
        {{ExtraImapdConf}}
        userdeny_db: flat
        userdeny_db_path: {generation}.deny/user_deny.db
        """ + "\n";

    private string CyrusConf => $$"""
        START {
          recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C {{Layout.Current}}/imapd.conf -r"{{ExtraStart}}
        }
        SERVICES {
          imap cmd="{{Command("imapd")}}" listen="127.0.0.1:{{Layout.Imap.Port}}" prefork={{Prefork}} maxchild={{MaxChild}}
          imaps cmd="{{Command("imapd")}} -s" listen="127.0.0.1:{{Layout.Imaps.Port}}" prefork={{PreforkImaps ?? Prefork}} maxchild={{MaxChild}}
          pop3 cmd="{{Command("pop3d")}}" listen="127.0.0.1:{{Layout.Pop3.Port}}" prefork={{Math.Min(Prefork, MaxChildPop3)}} maxchild={{MaxChildPop3}}
          lmtp cmd="{{Command("lmtpd")}}" listen="127.0.0.1:{{Layout.Lmtp.Port}}" prefork=1 maxchild=200
          sieve cmd="{{Command("timsieved")}}" listen="127.0.0.1:{{Layout.Sieve.Port}}" prefork=1 maxchild=200
          {{ExtraService}}
        }
        DAEMON {
          idled cmd="/usr/lib/cyrus/bin/idled -C {{Layout.Current}}/imapd.conf"{{ExtraDaemon}}
        }
        EVENTS {
          checkpoint cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C {{Layout.Current}}/imapd.conf -c" period=30{{ExtraEvent}}
        }
        """ + "\n";

    public string Command(string program) => $"{Layout.Run}/bin/{program} -C {Layout.Current}/imapd.conf";
}
