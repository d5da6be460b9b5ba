using System.Text;
using Fuzz.Engine;
using Operator.Entities.Configuration;
using Operator.Entities.Tls;

namespace Fuzz.Targets;

/// <summary>imapd.conf and cyrus.conf as Cyrus reads them.</summary>
internal static class ConfigurationTargets
{
    public static readonly string[] ImapdWords =
    [
        "configdirectory: /evil\n", "partition-default: /evil\n", "imap_tls_server_cert: /evil\n", "allowstarttls: no\n", "admins: ", "servername:", "@include: ",
        "{generation}/ca.crt", "tls_client_ca_file: {generation}/", "tls_ciphers: DEFAULT@SECLEVEL=0\n", "imap_timeout: 30m\n", "maxword: 1k\n", "sasl_pwcheck_method",
        "\\\n", " \\ \n", "# ", "sql_passwd: ", ":", "maxmessagesize: 99999999999999999999G\n", "unixhierarchysep: ",
    ];

    public static readonly string[] CyrusWords =
    [
        "START {\n", "SERVICES {\n", "EVENTS {\n", "DAEMON {\n", "}\n", " imap cmd=\"imapd\" listen=\"1143\"\n", " x cmd=imapd listen=1144 prefork=1\n", "cmd=", "listen=", "proto=udp",
        " cmd=\"imapd -C /evil\"", "\"", " at=0401", " period=30", "cmd=\"../../bin/sh\"", "maxchild=-1", "/run/cyrus/socket/lmtp", "listen=\"/tmp/../etc/x\"", "{", "babysit=yes", "-s", "#",
    ];

    private static readonly string[] Sections = ["START", "SERVICES", "EVENTS", "DAEMON"];

    /// <summary>The targets.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("imapd-conf", ImapdConfHolds) { Words = ImapdWords, Iterations = 2500 },
        new("cyrus-conf", CyrusConfHolds) { Words = CyrusWords, Iterations = 15000 },
    ];

    /// <summary>The text of an input.</summary>
    public static string TextOf(byte[] input) => Encoding.UTF8.GetString(input);

    private static void ImapdConfHolds(byte[] input)
    {
        var conf = ImapdConf.Parse(TextOf(input), static _ => null);
        foreach (var option in conf.Options)
        {
            InvariantException.Unless(option.Key.Length > 0 && option.Key.All(IsKeyCharacter), $"a key is none: {option.Key}");
            InvariantException.Unless(option.Value.Length > 0 && option.Value.IndexOfAny(['\n', '\0']) < 0, $"the value of {option.Key} is none");
            InvariantException.Unless(option.Line > 0 && option.Column > 0, $"{option.Key} is nowhere");
        }
        InvariantException.Unless(conf.Options.DistinctBy(static option => option.Key).Count() == conf.Options.Count, "a key is there twice");
        var again = ImapdConf.Parse(Print(conf.Options));
        InvariantException.Unless(again.Errors.Count == 0 && SameOptions(conf.Options, again.Options), "what was printed is read as something else");
        InvariantException.Unless(ConfigurationChange.Between(conf, again, []).Count == 0, "the same differs from itself");
        InvariantException.Unless(SecurityLevel.Of(conf) is >= 0 and <= SecurityLevel.Default, "there is no such security level");
        foreach (var error in CyrusVersions.All.SelectMany(version => ImapdConfCheck.Run(conf, [version], ["imap", "imaps"])).Concat(ImapdConfCheck.Misspelt(conf)))
            Canary.ShouldNotBeIn(error.Message);
    }

    private static bool IsKeyCharacter(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_';

    private static string Print(IEnumerable<ImapdOption> options) => string.Concat(options.Select(static option => $"{option.Key}: {option.Value} \n"));

    /// <summary>Whether two lists of options say the same.</summary>
    public static bool SameOptions(IEnumerable<ImapdOption> one, IEnumerable<ImapdOption> other) =>
        one.Select(static option => (option.Key, option.Value)).SequenceEqual(other.Select(static option => (option.Key, option.Value)));

    private static void CyrusConfHolds(byte[] input)
    {
        var text = TextOf(input);
        var conf = CyrusConf.Parse(text);
        var lines = text.Length + 1;
        foreach (var problem in conf.Problems)
            InvariantException.Unless(problem.Line > 0 && problem.Line <= lines && problem.Column > 0, $"line {problem.Line}, column {problem.Column}: there is no such place");
        InvariantException.Unless(conf.PassedOver.All(error => error.Line > 0 && error.Line <= lines), "a line that is passed over is none");
        foreach (var section in Sections)
        {
            var entries = conf.Entries.Where(entry => entry.Section == section).ToList();
            var printed = $"{section} {{\n{string.Concat(entries.Select(Print))}}}\n";
            if (entries.Exists(static entry => Encoding.UTF8.GetByteCount(Print(entry)) > 4000))
                continue; // the master would read it as several
            InvariantException.Unless(CyrusConf.Parse(printed).Entries.Select(Print).SequenceEqual(entries.Select(Print)), $"what was printed of {section} is read as something else");
        }
    }

    // An entry without a name begins with any other character, which is lost. Between quotes everything stands for itself but the quote.
    private static string Print(CyrusConfEntry entry) =>
        $"  {(entry.Name.Length > 0 ? entry.Name : "=")} {string.Join(' ', entry.Arguments.Select(static one => one.Value.Contains('"', StringComparison.Ordinal) ? $"{one.Key}={one.Value}" : $"{one.Key}=\"{one.Value}\""))}\n";
}
