using Generate;

namespace Operator.Tests.Repository;

public sealed class GeneratedFilesTests
{
    private static readonly IReadOnlyDictionary<string, string> Generated = GeneratedFiles.All(Testing.Repository.PathOf("."));

    public static TheoryData<string> Files => [.. Generated.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_committed_file_is_what_the_generator_writes(string path) =>
        File.ReadAllText(Testing.Repository.PathOf(path)).ShouldBe(Generated[path], $"{path} has drifted; run hack/generate and commit it");
}
