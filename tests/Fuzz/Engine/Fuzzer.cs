namespace Fuzz.Engine;

/// <summary>An input that a parser does not stand.</summary>
/// <param name="Input">It.</param>
/// <param name="What">What went wrong.</param>
internal sealed record Finding(byte[] Input, string What);

/// <summary>Gives a target mutated inputs until one is too much for it.</summary>
/// <param name="target">The target.</param>
/// <param name="corpus">What the inputs are made of.</param>
internal sealed class Fuzzer(FuzzTarget target, IReadOnlyList<byte[]> corpus)
{
    private const string OfTheHeap = "bytes of the heap";
    private const int MostShrinking = 16 << 20; // bytes of input that are tried

    // What a parser may need that has nothing to do with the input: tables that are made at the first use, buffers of streams.
    private const long AllowanceInBytes = 4 << 20;

    /// <summary>The first input that fails, made as small as is easy; null when all pass.</summary>
    /// <param name="seed">Another seed makes other inputs.</param>
    /// <param name="iterations">How many are tried.</param>
    public Finding? Run(int seed, int iterations)
    {
        var mutator = new Mutator(target, corpus, SeedOf(target.Name, seed));
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var input = mutator.Next();
            if (Settings.Trace is { } file)
                File.WriteAllBytes(file, input); // what ends the process leaves no exception
            if (Probe(input) is { } what)
                return Shrink(new Finding(input, what));
        }
        return null;
    }

    /// <summary>What goes wrong with an input; null when nothing does.</summary>
    public string? Probe(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input);
        }
        catch (Exception error) when (target.Allows(error))
        {
            // It was refused, as it may be.
        }
#pragma warning disable CA1031 // whatever it is, it is the finding
        catch (Exception error)
        {
            return error is InvariantException ? error.Message : error.ToString();
        }
#pragma warning restore CA1031
        var cost = GC.GetAllocatedBytesForCurrentThread() - before;
        return cost > AllowanceInBytes + ((long)target.BytesPerByte * input.Length)
            ? $"{input.Length} bytes of input took {cost} {OfTheHeap}"
            : null;
    }

    /// <summary>Leaves out what is not needed for the same kind of failure. What takes too long is long for that very reason, and stays so.</summary>
    private Finding Shrink(Finding finding)
    {
        var left = finding.What.EndsWith(OfTheHeap, StringComparison.Ordinal) ? 0 : MostShrinking;
        for (var size = finding.Input.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= finding.Input.Length && left > 0;)
            {
                byte[] smaller = [.. finding.Input[..at], .. finding.Input[(at + size)..]];
                left -= smaller.Length + 1;
                if (Probe(smaller) is { } what && FirstWord(what) == FirstWord(finding.What))
                    finding = new Finding(smaller, what);
                else
                    at += size;
            }
        }
        return finding;
    }

    private static string FirstWord(string text) => text.Split(' ', ':')[0];

    /// <summary>FNV-1a: the hash code of a text differs from run to run.</summary>
    private static int SeedOf(string name, int seed)
    {
        var hash = 2166136261u ^ (uint)seed;
        foreach (var character in name)
            hash = unchecked((hash ^ character) * 16777619);
        return (int)hash;
    }
}
