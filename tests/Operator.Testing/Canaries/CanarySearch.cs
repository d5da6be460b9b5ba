using System.Buffers.Binary;
using System.Text;

namespace Operator.Testing.Canaries;

/// <summary>Looks for many secrets at once, in the time that it takes to read the text. Pure; safe for concurrent use.</summary>
public sealed class CanarySearch
{
    private readonly PieceIndex[] indexes;

    /// <summary>Prepares the search.</summary>
    /// <param name="canaries">What is looked for.</param>
    public CanarySearch(IEnumerable<Canary> canaries)
    {
        var pieces = canaries.SelectMany(static canary => canary.Needles.Select(needle => (needle, canary.Name))).ToLookup(static one => one.needle.Form);
        indexes = [.. Enum.GetValues<Form>().Select(form => new PieceIndex(pieces[form].Select(static one => (one.needle.Text, one.Name))))];
    }

    /// <summary>The secrets that are in a text, each once.</summary>
    /// <param name="place">Where the text is from.</param>
    /// <param name="text">UTF-8, or any bytes.</param>
    public IReadOnlyList<Leak> In(string place, ReadOnlySpan<byte> text)
    {
        var leaks = new Dictionary<string, Leak>(StringComparer.Ordinal);
        Look(Form.Plain, text, "as it is");
        Look(Form.Base64, Views.WithoutSpace(text), "in base64 or wrapped");
        Look(Form.Hex, Views.Hex(text), "in hexadecimal");
        return [.. leaks.Values];

        void Look(Form form, ReadOnlySpan<byte> view, string how) =>
            indexes[(int)form].Find(view, name => leaks.TryAdd(name, new Leak(name, how, place)));
    }

    /// <inheritdoc cref="In(string, ReadOnlySpan{byte})"/>
    public IReadOnlyList<Leak> In(string place, string text) => In(place, Encoding.UTF8.GetBytes(text));

    /// <summary>Pieces by their first eight bytes, which are kept in one number while the text passes by.</summary>
    private sealed class PieceIndex
    {
        private const int Bits = 20;

        private readonly Dictionary<ulong, List<(byte[] Text, string Canary)>> pieces = [];
        private readonly ulong[] seen = new ulong[1 << (Bits - 6)]; // almost all that passes by is not in here

        public PieceIndex(IEnumerable<(string Text, string Canary)> all)
        {
            foreach (var (text, canary) in all)
            {
                var bytes = Encoding.Latin1.GetBytes(text);
                var head = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                if (!pieces.TryGetValue(head, out var same))
                    pieces[head] = same = [];
                same.Add((bytes, canary));
                seen[Slot(head) >> 6] |= 1UL << (Slot(head) & 63);
            }
        }

        public void Find(ReadOnlySpan<byte> text, Action<string> found)
        {
            var head = 0UL;
            for (var at = 0; at < text.Length; at++)
            {
                head = (head << 8) | text[at];
                var slot = Slot(head);
                if ((seen[slot >> 6] & (1UL << (slot & 63))) == 0 || at + 1 < Needle.Shortest || !pieces.TryGetValue(head, out var same))
                    continue;
                var rest = text[(at + 1 - Needle.Shortest)..];
                foreach (var (piece, canary) in same)
                {
                    if (rest.StartsWith(piece))
                        found(canary);
                }
            }
        }

        private static int Slot(ulong head) => (int)((head * 0x9E37_79B9_7F4A_7C15) >> (64 - Bits));
    }
}
