using System.Globalization;

namespace Fuzz.Engine;

/// <summary>What the environment asks for.</summary>
internal static class Settings
{
    /// <summary><c>FUZZ_SEED</c>: another number makes other inputs.</summary>
    public static int Seed { get; } = Number("FUZZ_SEED") ?? 20261;

    /// <summary><c>FUZZ_ITERATIONS</c>: inputs for each target; null leaves that to the target.</summary>
    public static int? Iterations { get; } = Number("FUZZ_ITERATIONS");

    /// <summary><c>FUZZ_TARGET</c>: the one target that is tried; null for all.</summary>
    public static string? Target { get; } = Environment.GetEnvironmentVariable("FUZZ_TARGET");

    /// <summary><c>FUZZ_TRACE</c>: a file that holds the last input, for what ends the process.</summary>
    public static string? Trace { get; } = Environment.GetEnvironmentVariable("FUZZ_TRACE");

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
