using Operator.Testing;

namespace Fuzz.Engine;

/// <summary>The inputs that are kept in the repository: valid ones of each kind, and whatever failed once.</summary>
internal static class Corpus
{
    private const string Folder = "tests/Fuzz/corpus";

    /// <summary>The files of a target, in the order of their names.</summary>
    public static IReadOnlyList<string> FilesOf(string target) =>
        [.. Directory.GetFiles(Repository.PathOf(Folder, target)).Order(StringComparer.Ordinal)];

    /// <summary>Their contents.</summary>
    public static IReadOnlyList<byte[]> Of(string target) => [.. FilesOf(target).Select(File.ReadAllBytes)];

    /// <summary>The folders that there are.</summary>
    public static IEnumerable<string> Folders => Directory.GetDirectories(Repository.PathOf(Folder)).Select(static path => Path.GetFileName(path));

    /// <summary>Keeps an input that failed where it can be looked at, and says how to have it again.</summary>
    public static string Keep(string target, Finding finding)
    {
        const int MostShown = 4096;
        var directory = Repository.PathOf("artifacts", "fuzz");
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{target}-{Settings.Seed}.bin");
        File.WriteAllBytes(path, finding.Input);
        var base64 = Convert.ToBase64String(finding.Input);
        return $"{target}, FUZZ_SEED={Settings.Seed}: {finding.What}\n{finding.Input.Length} bytes in {path}; copied into {Folder}/{target} they are tried with every run:\n"
            + (base64.Length <= MostShown ? base64 : base64[..MostShown] + "...");
    }
}
