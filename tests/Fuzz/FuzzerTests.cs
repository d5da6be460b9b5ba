using System.Text;
using Fuzz.Engine;

namespace Fuzz;

/// <summary>The fuzzer finds what is there to be found.</summary>
public sealed class FuzzerTests
{
    private static readonly byte[][] Seeds = ["a: 1\nb: 2\n"u8.ToArray(), """{"a":{"b":[1,2]},"c":"d"}"""u8.ToArray()];

    [Fact]
    public void An_exception_that_is_not_documented_is_found_and_its_input_made_small()
    {
        var finding = Find(static input => _ = input.Contains((byte)'\r') ? throw new InvalidOperationException("planted") : 0);

        finding.What.ShouldContain("planted");
        finding.Input.ShouldBe("\r"u8.ToArray());
    }

    [Fact]
    public void A_fault_behind_a_word_of_the_format_is_found() =>
        Find(static input => InvariantException.Unless(!Text(input).Contains("needle:9223372036854775807", StringComparison.Ordinal), "planted"), words: ["needle:"]).What.ShouldBe("planted");

    [Fact]
    public void A_fault_that_only_a_change_within_JSON_shows_is_found() =>
        Find(static input => InvariantException.Unless(!Text(input).Contains("{\"b\":[1,null]}", StringComparison.Ordinal), "planted"), mutate: JsonMutation.Mutate).What.ShouldBe("planted");

    [Fact]
    public void A_secret_in_a_message_is_found() => Find(static input => Canary.ShouldNotBeIn(Text(input))).What.ShouldStartWith("the secret is told");

    [Fact]
    public void Work_that_grows_with_the_square_of_the_input_is_found()
    {
        Find(static input => _ = Square(input)).What.ShouldContain("of the heap");
        Should.Throw<InvariantException>(static () => Growth.Check(new FuzzTarget("planted", static input => _ = Square(input)), "a\n"u8.ToArray())).Message.ShouldContain("twice the input");
    }

    [Fact]
    public void What_is_documented_is_no_finding_and_the_same_seed_makes_the_same_inputs()
    {
        var tried = new List<string>();
        var target = new FuzzTarget("documented", input =>
        {
            tried.Add(Convert.ToHexString(input));
            throw new ArgumentNullException(nameof(input));
        })
        { Documented = [typeof(ArgumentException)] };

        new Fuzzer(target, Seeds).Run(seed: 1, iterations: 200).ShouldBeNull();
        new Fuzzer(target, Seeds).Run(seed: 1, iterations: 200).ShouldBeNull();
        new Fuzzer(target, Seeds).Run(seed: 2, iterations: 200).ShouldBeNull();

        tried[..200].ShouldBe(tried[200..400]);
        tried[..200].ShouldNotBe(tried[400..]);
    }

    private static Finding Find(Action<byte[]> run, IReadOnlyList<string>? words = null, Func<byte[], Random, byte[]>? mutate = null)
    {
        var target = new FuzzTarget("planted", run) { Words = words ?? [], Mutate = mutate };
        return new Fuzzer(target, Seeds).Run(seed: 1, iterations: 50_000).ShouldNotBeNull();
    }

    private static string Text(byte[] input) => Encoding.UTF8.GetString(input);

    /// <summary>Copies all that it has with each further line.</summary>
    private static string Square(byte[] input)
    {
        var all = "";
        foreach (var line in Mutator.Lines(input))
            all += Text(line);
        return all;
    }
}
