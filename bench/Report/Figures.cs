using System.Globalization;

namespace Report;

/// <summary>Numbers as a reader wants them: three digits that count, and no more. Pure.</summary>
public static class Figures
{
    private const string NotMeasured = "–";

    /// <summary>A number; a dash for one that was not measured.</summary>
    public static string Show(double? value, string unit = "")
    {
        if (value is not { } number || double.IsNaN(number))
            return NotMeasured;
        var text = double.IsInfinity(number) ? "never" : Digits(number);
        return unit.Length == 0 || double.IsInfinity(number) ? text : $"{text} {unit}";
    }

    /// <summary>A number against what it should be at most.</summary>
    public static string ShowAgainst(double value, double goal, string unit) => $"{Show(value, unit)} ({(value <= goal ? "met" : "missed")}: {Show(goal, unit)})";

    private static string Digits(double number) => Math.Abs(number) switch
    {
        0 => "0",
        >= 100 => number.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => number.ToString("0.#", CultureInfo.InvariantCulture),
        >= 1 => number.ToString("0.##", CultureInfo.InvariantCulture),
        _ => number.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
