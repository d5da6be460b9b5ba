using System.Text;

namespace Operator.Testing.Canaries;

/// <summary>How a secret may be written, and so in which view of a text it is looked for.</summary>
internal enum Form
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>In base64, or as it is but with white space in it: <see cref="Views.WithoutSpace"/>.</summary>
    Base64,

    /// <summary>In hexadecimal digits: <see cref="Views.Hex"/>.</summary>
    Hex,
}

/// <summary>A piece of a secret in one form. Pieces are short, so that a quotation of a part of the secret is found, and long enough never to occur by chance.</summary>
/// <param name="Form">The view that it is looked for in.</param>
/// <param name="Text">Its bytes, each as one character.</param>
internal sealed record Needle(Form Form, string Text)
{
    /// <summary>No piece is shorter.</summary>
    public const int Shortest = 8;

    /// <summary>No piece is longer.</summary>
    public const int Longest = 16;

    /// <summary>All pieces of a secret in all forms.</summary>
    /// <exception cref="ArgumentException">It is so short that it might occur by chance.</exception>
    public static IEnumerable<Needle> Of(byte[] secret)
    {
        if (secret.Length < Shortest)
            throw new ArgumentException("A secret of less than 8 bytes cannot be told from other text.", nameof(secret));
        return Cut(Form.Plain, Encoding.Latin1.GetString(secret))
            .Concat(Cut(Form.Base64, Encoding.Latin1.GetString(Views.WithoutSpace(secret))))
            .Concat(Base64Forms.Of(secret).SelectMany(OnceMore).SelectMany(static form => Cut(Form.Base64, form)))
            .Concat(Cut(Form.Hex, Convert.ToHexStringLower(secret)));
    }

    // What is in base64 already may be in a Secret, whose data the API has in base64.
    private static IEnumerable<string> OnceMore(string form) => [form, .. Base64Forms.Of(Encoding.ASCII.GetBytes(form))];

    // The last piece reaches to the end, over a part of the one before it.
    private static IEnumerable<Needle> Cut(Form form, string text)
    {
        for (var at = 0; at + Longest < text.Length; at += Longest)
            yield return new Needle(form, text.Substring(at, Longest));
        if (text.Length >= Shortest)
            yield return new Needle(form, text[Math.Max(0, text.Length - Longest)..]);
    }
}
