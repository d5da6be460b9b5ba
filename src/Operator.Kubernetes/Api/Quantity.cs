using System.Globalization;

namespace Operator.Kubernetes.Api;

/// <summary>
/// A Kubernetes quantity as a number. To be compared as such: the API server writes <c>1024Mi</c> as <c>1Gi</c> (apimachinery
/// pkg/api/resource, Quantity).
/// </summary>
/// <param name="Value">In the base unit, such as bytes.</param>
public readonly record struct Quantity(decimal Value) : IComparable<Quantity>
{
    private const string Thousands = "kMGTPE";
    private const string Binary = "KMGTPE";
    private const string Thousandths = "mun";

    /// <summary>Whether one is less than the other.</summary>
    public static bool operator <(Quantity left, Quantity right) => left.Value < right.Value;

    /// <summary>Whether one is more than the other.</summary>
    public static bool operator >(Quantity left, Quantity right) => left.Value > right.Value;

    /// <summary>Whether one is not more than the other.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left.Value <= right.Value;

    /// <summary>Whether one is not less than the other.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left.Value >= right.Value;

    /// <summary>
    /// Reads a quantity: a decimal number and one of <c>n u m k M G T P E</c>, <c>Ki Mi Gi Ti Pi Ei</c>, or a decimal exponent such as <c>e3</c>.
    /// </summary>
    /// <returns>False when it is none, or more than a <see cref="decimal"/> holds.</returns>
    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!decimal.TryParse(text.AsSpan(0, end), Styles, CultureInfo.InvariantCulture, out var number) || Factor(text![end..]) is not { } factor)
            return false;
        if (factor > 1 && Math.Abs(number) > decimal.MaxValue / factor)
            return false;
        quantity = new Quantity(number * factor);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => Value.CompareTo(other.Value);

    private static decimal? Factor(string suffix) => suffix switch
    {
        "" => 1,
        [var letter] when Thousands.IndexOf(letter, StringComparison.Ordinal) is var power and >= 0 => Power(1000m, power + 1),
        [var letter] when Thousandths.IndexOf(letter, StringComparison.Ordinal) is var power and >= 0 => Power(0.001m, power + 1),
        [var letter, 'i'] when Binary.IndexOf(letter, StringComparison.Ordinal) is var power and >= 0 => Power(1024m, power + 1),
        _ => null,
    };

    private static decimal Power(decimal factor, int exponent) => exponent == 1 ? factor : factor * Power(factor, exponent - 1);
}
