namespace Operator.Testing.Canaries;

/// <summary>How bytes look in base64 that are in the middle of others.</summary>
internal static class Base64Forms
{
    /// <summary>For each of the three places that they may begin at: the characters that they alone decide.</summary>
    public static IEnumerable<string> Of(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            var all = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var first = ((before * 8) + 5) / 6;
            var end = (before + bytes.Length) * 8 / 6;
            if (end > first)
                yield return all[first..end];
        }
    }
}
