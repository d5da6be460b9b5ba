using Operator.Entities.Configuration;

namespace Operator.Servers.Rendering;

/// <summary>What no configuration text may hold. Pure.</summary>
internal static class PlainText
{
    private const char Delete = '\x7f';

    /// <summary>
    /// The first control character that is no tab and no line end, or null: Cyrus would end the line at a NUL, and take others for blanks or for a part of a
    /// value. CR LF is a line end to it, too, but for one thing: a backslash before the CR continues no line (lib/libconfig.c:config_read_file).
    /// </summary>
    public static ConfigurationError? FindControl(string text)
    {
        var (line, start) = (1, 0);
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (character == '\n')
                (line, start) = (line + 1, at + 1);
            else if (character == '\r' && at + 1 < text.Length && text[at + 1] == '\n')
            {
                if (at > start && text[at - 1] == '\\')
                    return new(line, at - start, "a backslash before CR LF does not continue the line; expected LF line ends");
            }
            else if ((character < ' ' && character != '\t') || character == Delete)
                return new(line, at + 1 - start, $"control character U+{(int)character:X4}; expected plain text");
        }
        return null;
    }
}
