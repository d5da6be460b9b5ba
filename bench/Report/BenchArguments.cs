using Operator.Testing;

namespace Report;

/// <summary>What a bench was told on its command line.</summary>
/// <param name="IsQuick">Whether it shall only be seen to work.</param>
/// <param name="Output">The folder that gets benchmarks.md and benchmarks/.</param>
/// <param name="Rest">What the bench itself understands.</param>
public sealed record BenchArguments(bool IsQuick, string Output, IReadOnlyList<string> Rest)
{
    private const string QuickOption = "--quick";

    /// <summary>Reads them. What a quick run finds out never gets into the documentation.</summary>
    public static BenchArguments Parse(IReadOnlyList<string> arguments)
    {
        var isQuick = arguments.Contains(QuickOption);
        return new BenchArguments(
            isQuick,
            isQuick ? Repository.PathOf("artifacts", "benchmarks") : Repository.PathOf("docs"),
            [.. arguments.Where(static argument => argument != QuickOption)]);
    }

    /// <summary>How the section is made again.</summary>
    public string CommandFor(string section) => $"hack/bench {(IsQuick ? "--quick " : "")}{section}";
}
