using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Operator.Entities.Configuration;

namespace Operator.Entities.Tests.Configuration;

/// <summary>Damaged files: our parsers stay sane, and on a sample they say what the real server's own checker says.</summary>
public sealed partial class ServerVerdictTests
{
    private const int Seed = 20261123;
    private const int Generated = 10_000;
    private const int Sampled = 300;

    private static readonly string[] Keys =
    [
        "timeout", "allowplaintext", "virtdomains", "event_groups", "poppollpadding", "maxmessagesize", "auth_mech", "admins", "imap_timeout",
        "imap_allowplaintext", "IMAP_VirtDomains", "sasl_mech_list", "unknown-key", "x y", "", "@x", "popminpoll", "duplicate_db",
    ];

    private static readonly string[] Values =
    [
        "yes", "no", "On", "off", "nonsense", "1", "0x1f", "010", "09", "0b1", "10M", "10 MiB", "5iB", "30m", "1h30m", "-", "-5", "m", "99999d",
        "userid", "true", "message quota", "message jmap", "unix", "krb", "twoskip", "a#b", "", " ", "x\\", "\\\n  yes", "yes\r", "a\0b", "+3",
    ];

    [Fact]
    public void Damaged_files_never_throw_and_errors_have_a_place_in_the_file()
    {
        var random = new Random(Seed);
        for (var run = 0; run < Generated; run++)
        {
            var text = ImapdText(random);
            var lines = text.Split('\n').Length;
            foreach (var error in ImapdConfCheck.Run(ImapdConf.Parse(text), CyrusVersions.All, ["imap"]))
                (error.Line >= 1 && error.Line <= lines && error.Column >= 1).ShouldBeTrue($"seed {Seed} run {run}");
            var cyrus = CyrusText(random);
            foreach (var problem in CyrusConf.Parse(cyrus).Problems)
                (problem.Line >= 1 && problem.Line <= cyrus.Split('\n').Length + (cyrus.Length / 4095) && problem.Column >= 1).ShouldBeTrue($"seed {Seed} run {run}");
        }
    }

    [Fact]
    [Trait("needs", "cyrus")]
    public void The_installed_server_says_the_same_of_imapd_conf()
    {
        using var cyrus = new InstalledCyrus();
        var random = new Random(Seed);
        for (var run = 0; run < Sampled; run++)
        {
            var text = "configdirectory: /tmp\n" + ImapdText(random);
            var ours = ImapdConfCheck.Run(ImapdConf.Parse(text), [InstalledCyrus.Version], ["imap"]);
            cyrus.Write("imapd.conf", text);
            var (code, output) = cyrus.Info("conf-lint", "imap");
            var place = $"seed {Seed} run {run}: {output}\n{text.Replace("\0", "<NUL>", StringComparison.Ordinal)}";
            (code != 0).ShouldBe(ours.Count > 0, place);
            if (LineOf().Match(output) is { Success: true } line)
                ours[0].Line.ShouldBe(int.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture), place);
        }
    }

    [GeneratedRegex(@"fatal error: .* line (\d+)")]
    private static partial Regex LineOf();

    private static string ImapdText(Random random)
    {
        var text = new StringBuilder();
        for (var line = random.Next(4); line >= 0; line--)
        {
            text.Append(random.Next(8) switch { 0 => "\n", 1 => "# c\\\n", 2 => " \t", _ => "" })
                .Append(Pick(random, Keys)).Append(random.Next(15) == 0 ? " :" : ":").Append(random.Next(2) == 0 ? " " : "")
                .Append(random.Next(60) == 0 ? new string('z', 4070 + random.Next(40)) : Pick(random, Values));
            if (line > 0 || random.Next(4) > 0)
                text.Append('\n');
        }
        return text.ToString();
    }

    private static string CyrusText(Random random)
    {
        var text = new StringBuilder(Pick(random, ["SERVICES {\n", "START {\n", "EVENTS {\n", "DAEMON {\n", "services {\n", "SERVICES\n{\n", "START { x }\n"]));
        for (var line = random.Next(4); line >= 0; line--)
        {
            text.Append(Pick(random, ["imap", " pop", "a-b", "\"", "", "}", "#x", "a{b"])).Append(' ')
                .Append(Pick(random, ["cmd=x", "cmd=\"x y\"", "cmd=\"x", "cmd", "=", "cmd=\"#\"", "\0"])).Append(Pick(random, [" listen=1\n", "\n", " listen=\n", ""]));
        }
        return text.Append(Pick(random, ["}\n", "", "}"])).ToString();
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
