using System.Text;

namespace Fuzz.Engine;

/// <summary>Whether a parser's work, counted in bytes of the heap, grows with the input or with its square.</summary>
internal static class Growth
{
    private const int Smaller = 16 * 1024;

    // Twice the input and three times the work is still far from four times.
    private const double Most = 3;
    private const long NotWorthALook = 1 << 20;

    /// <summary>What is repeated, beside the lines of a corpus.</summary>
    public static IEnumerable<byte[]> Pieces { get; } = ((string[])["a", "a\\\n", "\n", "a: b\n", "{", "[", "[]", "- ", "\"", "&a [*a]\n", "-----BEGIN A-----\n", "1.", "%41"]).Select(Encoding.UTF8.GetBytes);

    /// <summary>Fails when twice the input is far more than twice the work.</summary>
    public static void Check(FuzzTarget target, byte[] piece)
    {
        var times = Math.Max(1, Smaller / piece.Length);
        Cost(target, Mutator.Repeat(piece, times)); // what is made once is made here
        var (one, two) = (Cost(target, Mutator.Repeat(piece, times)), Cost(target, Mutator.Repeat(piece, 2 * times)));
        if (two > NotWorthALook && two > Most * one)
            throw new InvariantException($"{target.Name}: twice the input took {(double)two / one:0.0} times the work, when this is repeated: {Encoding.UTF8.GetString(piece)}");
    }

    private static long Cost(FuzzTarget target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input);
        }
        catch (Exception error) when (target.Allows(error))
        {
            // It is refused, at some cost.
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
