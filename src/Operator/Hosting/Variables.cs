using System.Globalization;

namespace Operator.Hosting;

/// <summary>Reads environment variables. An empty one counts as not there; one that cannot be used is refused by name.</summary>
internal static class Variables
{
    /// <summary>The text; null when there is none.</summary>
    public static string? Text(this IConfiguration configuration, string name) => configuration[name] is { Length: > 0 } value ? value : null;

    /// <summary>The parts between commas, without blanks around them.</summary>
    public static string[] List(this IConfiguration configuration, string name) =>
        (configuration[name] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether it is on; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">It is neither true nor false.</exception>
    public static bool? Switch(this IConfiguration configuration, string name)
    {
        if (configuration.Text(name) is not { } value)
            return null;
        return bool.TryParse(value, out var isOn) ? isOn : throw Refuse(name, value, "neither true nor false");
    }

    /// <summary>The whole number; null when there is none.</summary>
    /// <param name="configuration">The environment.</param>
    /// <param name="name">The variable.</param>
    /// <param name="most">The greatest that is taken; the least is 1.</param>
    /// <param name="wanted">What it ought to be, for the message.</param>
    /// <exception cref="InvalidOperationException">It is no such number.</exception>
    public static int? Number(this IConfiguration configuration, string name, int most, string wanted)
    {
        if (configuration.Text(name) is not { } value)
            return null;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw Refuse(name, value, "no " + wanted);
    }

    private static InvalidOperationException Refuse(string name, string value, string what) =>
        new($"Environment variable {name} is '{value}', which is {what}.");
}
