using Operator.Entities.Configuration;

namespace Operator.Entities.Tests.Configuration;

/// <summary>The catalogue against what the installed server says of itself.</summary>
[Trait("needs", "cyrus")]
public sealed class InstalledOptionsTests
{
    [Fact]
    public void Names_and_defaults_are_those_of_the_installed_server()
    {
        using var cyrus = new InstalledCyrus();
        var told = cyrus.Info("conf-all", "x").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(':', 2)).ToDictionary(static parts => parts[0], static parts => parts[1].Trim());
        var known = OptionsCatalogue.For(InstalledCyrus.Version).Options;

        told.Keys.Order().ShouldBe(known.Keys.Order());
        foreach (var (name, value) in told)
            Agrees(known[name], value).ShouldBeTrue($"{name}: the server says '{value}', the catalogue '{known[name].Default}'");
    }

    private static bool Agrees(OptionFacts option, string told) => option.Type switch
    {
        _ when option.Name == "configdirectory" || option.Default?.StartsWith("{configdirectory}", StringComparison.Ordinal) == true => true,
        // The server also prints the older names of the same bits.
        OptionType.BitField => Words(option.Default).All(Words(told).Contains),
        OptionType.Switch => told == (option.Default is "1" or "yes" or "on" ? "yes" : "no"),
        _ => told == (option.Default ?? "") || (option.Default is null && told == "(null)"),
    };

    private static string[] Words(string? text) => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void All_defaults_written_out_are_accepted_by_both()
    {
        using var cyrus = new InstalledCyrus();
        var catalogue = OptionsCatalogue.For(InstalledCyrus.Version);
        var good = string.Concat(catalogue.Options.Values
            .Where(static option => option.Default is { Length: > 0 } && option.Name != "configdirectory")
            .Select(static option => $"{option.Name}: {option.Default}\n"));
        cyrus.Write("imapd.conf", $"configdirectory: /tmp\n{good}");

        ImapdConfCheck.Run(ImapdConf.Parse(good), [InstalledCyrus.Version], []).ShouldBeEmpty();
        cyrus.Info("conf-lint", "x").Code.ShouldBe(0);
    }
}
