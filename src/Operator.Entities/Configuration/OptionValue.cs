using System.Numerics;

namespace Operator.Entities.Configuration;

/// <summary>Judges values as the server does (Cyrus lib/libconfig.c:config_read_file and the parsers it calls).</summary>
public static class OptionValue
{
    /// <summary>What was expected when the server refuses the value; null when it accepts it. Never the value itself.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">The value, without surrounding white space.</param>
    /// <param name="version">Who judges.</param>
    public static string? Expected(OptionFacts option, string value, CyrusVersion version) => option.Type switch
    {
        OptionType.Switch => IsSwitch(value) ? null : "a switch such as yes or no, in lower case",
        OptionType.Int => IsInt(value, version) ? null : "a whole number",
        OptionType.Enum => IsEnum(option.Values, value) ? null : OneOf(option.Values),
        OptionType.StringList => option.Values.Contains(value) ? null : OneOf(option.Values),
        OptionType.BitField => IsBitField(option.Values, value) ? null : "any of " + string.Join(", ", option.Values) + ", separated by blanks",
        OptionType.Duration => IsDuration(value, version) ? null : "a duration such as 30m",
        OptionType.ByteSize => IsByteSize(value) ? null : "a size such as 10M",
        _ => null,
    };

    private static string OneOf(IReadOnlyList<string> values) => "one of " + string.Join(", ", values);

    // config_parse_switch looks at the first one or two characters only.
    private static bool IsSwitch(string value) =>
        value[0] is '0' or 'n' or 'f' or '1' or 'y' or 't' || value.StartsWith("of", StringComparison.Ordinal) || value.StartsWith("on", StringComparison.Ordinal);

    // strtol with base 0; too large a number is cut, not refused. Debian 13 (3.10) is built with a C library that also reads 0b101.
    private static bool IsInt(string value, CyrusVersion version)
    {
        var digits = value[0] is '-' or '+' ? value[1..] : value;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return digits.Length > 2 && digits.Skip(2).All(char.IsAsciiHexDigit);
        if (version >= CyrusVersion.V310 && digits.StartsWith("0b", StringComparison.OrdinalIgnoreCase))
            return digits.Length > 2 && digits.Skip(2).All(static digit => digit is '0' or '1');
        return digits.Length > 0 && (digits[0] == '0' ? digits.All(static digit => digit is >= '0' and <= '7') : digits.All(char.IsAsciiDigit));
    }

    private static bool IsEnum(IReadOnlyList<string> values, string value) => values.Contains(value switch
    {
        "1" or "yes" or "t" or "true" => "on",
        "0" or "no" or "f" or "false" => "off",
        _ => value,
    });

    private static bool IsBitField(IReadOnlyList<string> values, string value)
    {
        foreach (var part in value.Split([' ', '\t', '\n', '\v', '\f', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!values.Contains(part))
                return false;
        }
        return true;
    }

    // config_parseduration. Up to 3.8 a lone "-" is let through and overflow goes unnoticed; from 3.10 both are refused.
    private static bool IsDuration(string value, CyrusVersion version)
    {
        var strict = version >= CyrusVersion.V310;
        var text = char.IsAsciiDigit(value[^1]) ? value + 's' : value;
        var start = text[0] == '-' ? 1 : 0;
        if (start == text.Length)
            return !strict;
        BigInteger total = 0;
        BigInteger count = 0;
        var sawDigit = false;
        foreach (var character in text.AsSpan(start))
        {
            if (char.IsAsciiDigit(character))
            {
                count = strict ? (count * 10) + (character - '0') : 0;
                sawDigit = true;
            }
            else
            {
                if (!sawDigit || SecondsOf(character) is not { } seconds)
                    return false;
                total += count * seconds;
                count = 0;
                sawDigit = false;
            }
            if (count > int.MaxValue || total > int.MaxValue)
                return false;
        }
        return true;
    }

    private static int? SecondsOf(char unit) => unit switch { 'd' => 86400, 'h' => 3600, 'm' => 60, 's' => 1, _ => null };

    // config_parsebytesize: strtoll base 10, blanks, one of KMG, then i only after that, then B.
    private static bool IsByteSize(string value)
    {
        var at = value[0] is '-' or '+' ? 1 : 0;
        var digits = at;
        while (at < value.Length && char.IsAsciiDigit(value[at]))
            at++;
        if (at == digits || !BigInteger.TryParse(value.AsSpan(0, at), System.Globalization.CultureInfo.InvariantCulture, out var size) || !Fits(size))
            return false;
        at = ImapdConf.SkipSpace(value, at);
        var power = at < value.Length ? "KMG".IndexOf(char.ToUpperInvariant(value[at])) + 1 : 0;
        // The server divides before it multiplies, so the edge is the quotient, also for negative numbers.
        if (!Fits(size * BigInteger.Pow(1024, power)))
            return false;
        at += power > 0 ? 1 : 0;
        if (power > 0 && at < value.Length && value[at] is 'i' or 'I')
            at++;
        if (at < value.Length && value[at] is 'b' or 'B')
            at++;
        return at == value.Length;
    }

    private static bool Fits(BigInteger number) => number >= long.MinValue && number <= long.MaxValue;
}
