namespace Fuzz.Engine;

/// <summary>One parser, and what has to hold for whatever it is given.</summary>
/// <param name="Name">Also the folder of its corpus.</param>
/// <param name="Run">Parses the input, asks of the outcome what holds for every input (a failed assertion is an exception like any other), and may throw what is documented.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Run)
{
    /// <summary>The exceptions that the parser's documentation names.</summary>
    public IReadOnlyList<Type> Documented { get; init; } = [];

    /// <summary>Whether an exception is one of them.</summary>
    public bool Allows(Exception error) => Documented.Any(type => type.IsInstanceOfType(error));

    /// <summary>Words of the format: what random bytes would hit once in an age.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>How many inputs are tried when nobody asks for another number: what costs more is tried less often.</summary>
    public int Iterations { get; init; } = 12_000;

    /// <summary>
    /// The most bytes of the heap that one byte of input may cost. It stands for time, since it is the same on each run: whoever copies all that he has read
    /// with each further line needs more of them the longer the input is.
    /// </summary>
    public int BytesPerByte { get; init; } = 4096;

    /// <summary>A mutation of the target's own, beside those that every target gets; null when there is none.</summary>
    public Func<byte[], Random, byte[]>? Mutate { get; init; }
}
