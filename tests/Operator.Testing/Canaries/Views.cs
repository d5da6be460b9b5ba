using System.Globalization;

namespace Operator.Testing.Canaries;

/// <summary>What a text says, without what it is wrapped in. Pure.</summary>
internal static class Views
{
    /// <summary>Without white space and escapes of JSON, in the common alphabet of base64.</summary>
    public static byte[] WithoutSpace(ReadOnlySpan<byte> text) => Reduce(text, static octet => octet switch
    {
        (byte)'-' => (byte)'+', // base64url
        (byte)'_' => (byte)'/',
        _ => octet,
    });

    /// <summary>Lower-case, without white space, escapes and the colons that openssl writes between two digits.</summary>
    public static byte[] Hex(ReadOnlySpan<byte> text) => Reduce(text, static octet => octet switch
    {
        (byte)':' => (byte)' ',
        >= (byte)'A' and <= (byte)'Z' => (byte)(octet | 0x20),
        _ => octet,
    });

    private static byte[] Reduce(ReadOnlySpan<byte> text, Func<byte, byte> map)
    {
        var kept = new byte[text.Length];
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var octet = text[at];
            if (octet == '\\')
                octet = Unescape(text, ref at);
            octet = map(octet);
            if (octet is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
                kept[length++] = octet;
        }
        return kept[..length];
    }

    // However often it was quoted: "\n", "\\n", "\u002B", "\\u002B".
    private static byte Unescape(ReadOnlySpan<byte> text, ref int at)
    {
        while (at + 1 < text.Length && text[at] == '\\')
            at++;
        if (text[at] is (byte)'n' or (byte)'r' or (byte)'t' or (byte)'\\')
            return (byte)' ';
        if (text[at] != 'u' || at + 4 >= text.Length || !ushort.TryParse(text.Slice(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            return text[at];
        at += 4;
        return code < 0x80 ? (byte)code : (byte)'?';
    }
}
