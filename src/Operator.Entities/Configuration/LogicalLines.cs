using System.Text;

namespace Operator.Entities.Configuration;

/// <summary>One line as the server's parser sees it: continuations joined, without the line end.</summary>
/// <param name="Text">The text; it ends at a NUL byte.</param>
/// <param name="Number">The number that the server gives it: that of its last physical line.</param>
internal readonly record struct LogicalLine(string Text, int Number);

/// <summary>
/// Cuts imapd.conf into lines by the rules of Cyrus lib/libconfig.c:config_read_file, whose buffer grows by 4096 bytes whenever a line fills
/// it, so a line's length is not limited. Kept from it: a file that ends in a continuation loses that line, a NUL byte ends a line's text but
/// not the line, and an unfinished last line that fills the buffer exactly is lost. One char stands for one byte where that matters.
/// </summary>
internal static class LogicalLines
{
    private const int Step = 4096;

    public static IEnumerable<LogicalLine> Of(string text)
    {
        var size = Step;
        var pending = new StringBuilder(); // a text of nothing but continued lines is one line: it is not copied with each of them
        var number = 0;
        var at = 0;
        while (at < text.Length)
        {
            var room = size - pending.Length - 1;
            var end = text.IndexOf('\n', at, Math.Min(room, text.Length - at));
            var taken = end >= 0 ? end + 1 - at : Math.Min(room, text.Length - at);
            var chunk = text.Substring(at, taken);
            at += taken;
            // fgets(3) reports the end of the file only when it tried to read past it.
            var sawEnd = end < 0 && taken < room;
            var nul = chunk.IndexOf('\0');
            var seen = nul < 0 ? chunk : chunk[..nul];
            if (seen.EndsWith('\n') && EndsInBackslash(pending, seen))
            {
                pending.Append(seen, 0, seen.Length - 1).Length--;
                number++;
                continue;
            }
            if (seen.Length > 0 && !seen.EndsWith('\n') && !sawEnd && pending.Length + seen.Length == size - 1)
            {
                pending.Append(seen);
                size += Step;
                continue;
            }
            number++;
            yield return new LogicalLine(pending.Append(seen.AsSpan().TrimEnd('\n')).ToString(), number);
            pending.Clear();
        }
    }

    /// <summary>Whether the line so far continues in the next one; <paramref name="seen"/> ends it with a line end.</summary>
    private static bool EndsInBackslash(StringBuilder pending, string seen) => seen.Length > 1 ? seen[^2] == '\\' : pending.Length > 0 && pending[^1] == '\\';
}
