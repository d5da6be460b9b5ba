using Generate;

namespace Operator.Tests.Repository;

public sealed class GeneratedFilesTests
{
    public static TheoryData<string> Files => [.. GeneratedFiles.All().Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_committed_file_is_what_the_generator_writes(string path) =>
        File.ReadAllText(Testing.Repository.PathOf(path)).ShouldBe(GeneratedFiles.All()[path], $"{path} has drifted; run hack/generate and commit it");
}
