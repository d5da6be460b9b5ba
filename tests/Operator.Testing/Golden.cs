namespace Operator.Testing;

/// <summary>Compares with a file that is committed; <c>UPDATE_GOLDEN=1</c> writes it instead, for review as a diff.</summary>
public static class Golden
{
    /// <summary>What the file says; with <c>UPDATE_GOLDEN=1</c>, what it is made to say.</summary>
    /// <param name="path">Path below the repository's root.</param>
    /// <param name="actual">What was produced.</param>
    public static string Expected(string path, string actual)
    {
        var full = Repository.PathOf(path);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, actual);
        }
        return File.Exists(full) ? File.ReadAllText(full) : $"{path} does not exist; run the test with UPDATE_GOLDEN=1 and commit it";
    }
}
