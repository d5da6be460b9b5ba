using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Operator.Entities.Configuration;

namespace Operator.Entities.Tests.Configuration;

/// <summary>Damaged cyrus.conf files: a real master exits with 78 exactly when our parser says so.</summary>
[Trait("needs", "cyrus")]
public sealed partial class MasterVerdictTests
{
    private const int Seed = 20261124;
    private const int Sampled = 300;
    private const int AtATime = 3;
    private const int ConfigurationError = 78;
    private const int Crashed = 128 + 11;

    private static readonly string[] Sections = ["START", "SERVICES", "EVENTS", "DAEMON"];
    private static readonly string[] Openings = [" {\n", " {\n", " {\n", "{\r\n", " { # x\n", "\n{\n", " x {\n", " { x cmd=/bin/true }\n", " {{\n", "-{\n", "s {\n"];
    private static readonly string[] Names = ["imap", "pop", "imap", "x1", "  y", "\tz", "a-b", "\"", "}", "# c", "", "é", "a{", "1", "@q"];

    // Without wait=y: a daemon that ends instead of reporting that it is ready ends the master, too.
    private static readonly string[] Arguments =
    [
        "cmd=/bin/true", "cmd=\"/bin/true -x\"", "cmd=\"/bin/true", "cmd=\"/bin/true #\"", "cmd", "cmd =/bin/true", "cmd=", "cmd=\"\"", "CMD=/bin/true",
        "proto=tcp", "proto=TCP", "proto=udp", "prefork=x", "maxchild=0", "babysit=maybe", "wait=n", "wait=0", "period=5", "at=2500", "at=0400",
        "a-b=1", "=x", "}", "{", "\\", "x=}", "é=1", "x=é", "\f", "\v", "\r", "\0", "x=\"a\"y=\"b\"", "x=\"a\"\"",
    ];

    [Fact]
    public void A_starting_master_dies_exactly_of_what_is_found()
    {
        var random = new Random(Seed);
        var texts = new ConcurrentQueue<(int Run, string Text)>(Enumerable.Range(0, Sampled).Select(run => (run, Generate(random))));
        Parallel.For(0, AtATime, _ =>
        {
            using var cyrus = new InstalledCyrus();
            while (texts.TryDequeue(out var next))
                Compare(cyrus, next.Text.Replace("SOCKET", cyrus.Socket, StringComparison.Ordinal), $"seed {Seed} run {next.Run}");
        });
    }

    private static void Compare(InstalledCyrus cyrus, string text, string place)
    {
        var conf = CyrusConf.Parse(text);
        var fatal = conf.Problems.FirstOrDefault(static problem => problem.AtStart == CyrusConfSeverity.MasterDies);
        cyrus.Write("cyrus.conf", text);

        var code = cyrus.RunMaster();
        var output = cyrus.Info("conf-lint", "x").Output;

        place = $"{place}: master {code}, ours {fatal}, {output}\n{text.Replace("\0", "<NUL>", StringComparison.Ordinal)}";
        code.ShouldBe(fatal is null ? null : ConfigurationError, place);
        // The master names the line in syslog only; cyr_info reads the section SERVICES with the same code.
        if (LineOf().Match(output) is { Success: true } line)
            conf.Problems.Select(static problem => problem.Line).ShouldContain(int.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture), place);
    }

    [Theory]
    [InlineData("START")]
    [InlineData("SERVICES")]
    [InlineData("EVENTS")]
    [InlineData("DAEMON")]
    public void A_cmd_of_blanks_crashes_the_master(string section)
    {
        using var cyrus = new InstalledCyrus();
        var text = $"{section} {{\nx cmd=\" \" listen=\"{cyrus.Socket}\" period=1\n}}\n";
        cyrus.Write("cyrus.conf", text);

        cyrus.RunMaster(stayFor: TimeSpan.FromSeconds(10)).ShouldBe(Crashed);
        CyrusConf.Parse(text).Problems.ShouldContain(static problem => problem.AtStart == CyrusConfSeverity.MasterDies);
    }

    private static string Generate(Random random)
    {
        var text = new StringBuilder();
        for (var section = random.Next(1, 4); section > 0; section--)
        {
            text.Append(Pick(random, Sections)).Append(Pick(random, Openings));
            for (var entry = random.Next(3); entry > 0; entry--)
                AddEntry(random, text);
            text.Append(random.Next(8) switch { 0 => "", 1 => "}", 2 => " } # end\n", _ => "}\n" });
        }
        return text.ToString();
    }

    private static void AddEntry(Random random, StringBuilder text)
    {
        if (random.Next(2) == 0)
        {
            // Good, but perhaps a name twice.
            text.Append(Pick(random, Names.AsSpan(0, 5))).Append(random.Next(100)).Append(" cmd=/bin/true listen=SOCKET ").Append(Pick(random, ["", "\t", "wait=n", "period=9"]));
        }
        else
        {
            text.Append(Pick(random, Names)).Append(' ').Append(random.Next(4) == 0 ? "" : "cmd=/bin/true ").Append(random.Next(4) == 0 ? "" : "listen=SOCKET ");
            for (var argument = random.Next(3); argument > 0; argument--)
                text.Append(Pick(random, Arguments)).Append(' ');
            if (random.Next(20) == 0)
                text.Insert(text.Length, " x=1", random.Next(55, 70));
            if (random.Next(20) == 0)
                text.Append("x=").Append('y', 4040 + random.Next(60));
        }
        text.Append('\n');
    }

    private static string Pick(Random random, ReadOnlySpan<string> from) => from[random.Next(from.Length)];

    [GeneratedRegex(@"fatal error: .* line (\d+)")]
    private static partial Regex LineOf();
}
