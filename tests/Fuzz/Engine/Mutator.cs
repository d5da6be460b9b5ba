using System.Text;

namespace Fuzz.Engine;

/// <summary>Makes an input of those in a corpus. The same seed makes the same input.</summary>
/// <param name="target">Whose words are used.</param>
/// <param name="corpus">What is begun with.</param>
/// <param name="seed">The seed.</param>
internal sealed class Mutator(FuzzTarget target, IReadOnlyList<byte[]> corpus, int seed)
{
    /// <summary>No input is longer.</summary>
    public const int Longest = 128 * 1024;

    private const int MostSteps = 6;

    // What parsers stumble over: ends of lines and of texts, bytes that are no UTF-8, numbers at the edges, what opens and is never closed.
    private static readonly byte[][] Tokens =
    [
        [0], [(byte)'\r'], "\r\n"u8.ToArray(), "\n"u8.ToArray(), "\n\n"u8.ToArray(), "\\\n"u8.ToArray(), "\\ \n"u8.ToArray(), "\t"u8.ToArray(), [0x0b], [0x1b], [0x7f],
        [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0xf4, 0x90, 0x80, 0x80], "\u2028"u8.ToArray(), "\u0130"u8.ToArray(), "é"u8.ToArray(),
        "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), "null"u8.ToArray(), "[null]"u8.ToArray(), "{}"u8.ToArray(), "[]"u8.ToArray(), "\"\""u8.ToArray(),
        "0"u8.ToArray(), "-1"u8.ToArray(), "2147483647"u8.ToArray(), "2147483648"u8.ToArray(), "-9223372036854775808"u8.ToArray(),
        "9223372036854775807"u8.ToArray(), "99999999999999999999"u8.ToArray(), "1e999"u8.ToArray(), "-0.0"u8.ToArray(), "NaN"u8.ToArray(), "0x7f"u8.ToArray(),
        "{"u8.ToArray(), "}"u8.ToArray(), "\""u8.ToArray(), "'"u8.ToArray(), ":"u8.ToArray(), "#"u8.ToArray(), "="u8.ToArray(), "%00"u8.ToArray(), "$(id)"u8.ToArray(),
        "../../etc/shadow"u8.ToArray(), "/"u8.ToArray(), Encoding.UTF8.GetBytes(Canary.Text), "0001-01-01T00:00:00Z"u8.ToArray(), "9999-12-31T23:59:59.9999999-14:00"u8.ToArray(),
    ];

    private readonly Random random = new(seed);

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        var input = Pick(corpus);
        for (var steps = 1 + random.Next(MostSteps); steps > 0; steps--)
            input = Step(input);
        return input.Length <= Longest ? input : input[..Longest];
    }

    private byte[] Step(byte[] input)
    {
        if (target.Mutate is { } own && random.Next(3) == 0)
            return own(input, random);
        return random.Next(12) switch
        {
            0 => Flip(input),
            1 => Overwrite(input),
            2 => Cut(input),
            3 => Insert(input, Slice(input)),
            4 => Splice(input, Pick(corpus)),
            5 => WithLines(input, Swap),
            6 => WithLines(input, Duplicate),
            7 => WithLines(input, Remove),
            8 => Insert(input, Word()),
            9 => Replace(input, Word()),
            10 => Grow(input),
            _ => Insert(input, Pick(Tokens)),
        };
    }

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private byte[] Word() => target.Words.Count > 0 && random.Next(2) == 0 ? Encoding.UTF8.GetBytes(Pick(target.Words)) : Pick(Tokens);

    private byte[] Flip(byte[] input)
    {
        if (input.Length == 0)
            return input;
        var copy = (byte[])input.Clone();
        copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    private byte[] Overwrite(byte[] input)
    {
        var copy = (byte[])input.Clone();
        var at = random.Next(copy.Length + 1);
        random.NextBytes(copy.AsSpan(at, Math.Min(random.Next(8), copy.Length - at)));
        return copy;
    }

    private byte[] Cut(byte[] input)
    {
        var (start, end) = Range(input);
        return [.. input[..start], .. input[end..]];
    }

    private byte[] Slice(byte[] input)
    {
        var (start, end) = Range(input);
        return input[start..end];
    }

    private (int Start, int End) Range(byte[] input)
    {
        var start = random.Next(input.Length + 1);
        var most = random.Next(4) == 0 ? input.Length : 32;
        return (start, start + random.Next(Math.Min(most, input.Length - start) + 1));
    }

    private byte[] Insert(byte[] input, byte[] more)
    {
        var at = random.Next(input.Length + 1);
        return [.. input[..at], .. more, .. input[at..]];
    }

    private byte[] Replace(byte[] input, byte[] word)
    {
        var (start, end) = Range(input);
        return [.. input[..start], .. word, .. input[end..]];
    }

    private byte[] Splice(byte[] one, byte[] other) => [.. one[..random.Next(one.Length + 1)], .. other[random.Next(other.Length + 1)..]];

    /// <summary>One piece again and again: long lines, many lines, deep nesting.</summary>
    private byte[] Grow(byte[] input)
    {
        var piece = random.Next(2) == 0 ? Word() : Slice(input);
        var most = random.Next(20) == 0 ? 64 * 1024 : 2 * 1024;
        return piece.Length == 0 ? input : Insert(input, Repeat(piece, random.Next(1, Math.Max(2, most / piece.Length))));
    }

    /// <summary>A piece so many times.</summary>
    public static byte[] Repeat(byte[] piece, int times)
    {
        var all = new byte[piece.Length * times];
        for (var index = 0; index < times; index++)
            piece.CopyTo(all, index * piece.Length);
        return all;
    }

    private static byte[] WithLines(byte[] input, Action<List<byte[]>> change)
    {
        var lines = Lines(input);
        if (lines.Count > 0)
            change(lines);
        return [.. lines.SelectMany(static line => line)];
    }

    /// <summary>The lines, each with its end.</summary>
    public static List<byte[]> Lines(byte[] input)
    {
        var lines = new List<byte[]>();
        for (var at = 0; at < input.Length;)
        {
            var end = Array.IndexOf(input, (byte)'\n', at);
            end = end < 0 ? input.Length : end + 1;
            lines.Add(input[at..end]);
            at = end;
        }
        return lines;
    }

    private void Swap(List<byte[]> lines)
    {
        var (one, other) = (random.Next(lines.Count), random.Next(lines.Count));
        (lines[one], lines[other]) = (lines[other], lines[one]);
    }

    private void Duplicate(List<byte[]> lines) => lines.Insert(random.Next(lines.Count), Pick(lines));

    private void Remove(List<byte[]> lines) => lines.RemoveAt(random.Next(lines.Count));
}
