using Fuzz.Engine;
using Fuzz.Targets;

namespace Fuzz;

/// <summary>Every parser of what others wrote, with inputs that nobody would write.</summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Names => [.. AllTargets.List.Select(static target => target.Name).Where(static name => Settings.Target is null || Settings.Target == name)];

    public static TheoryData<string, string> Files =>
    [
        .. AllTargets.List.SelectMany(static target => Corpus.FilesOf(target.Name).Select(path => new TheoryDataRow<string, string>(target.Name, Path.GetFileName(path)))),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parser_stands_mutated_input(string name)
    {
        var target = AllTargets.Find(name);

        var finding = new Fuzzer(target, Corpus.Of(name)).Run(Settings.Seed, Settings.Iterations ?? target.Iterations);

        Assert.True(finding is null, finding is null ? "" : Corpus.Keep(name, finding));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_the_corpus_passes(string name, string file)
    {
        var path = Corpus.FilesOf(name).Single(path => Path.GetFileName(path) == file);

        new Fuzzer(AllTargets.Find(name), []).Probe(File.ReadAllBytes(path)).ShouldBeNull();
    }

    [Fact]
    public void Each_folder_of_the_corpus_belongs_to_a_target() =>
        Corpus.Folders.ShouldBe(AllTargets.List.Select(static target => target.Name), ignoreOrder: true);

    /// <summary>Twice the input is twice the work: no line is looked at again with each one that follows.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Work_grows_no_faster_than_the_input(string name)
    {
        var target = AllTargets.Find(name);
        foreach (var line in Corpus.Of(name).SelectMany(Mutator.Lines).Concat(Growth.Pieces).DistinctBy(Convert.ToBase64String))
            Growth.Check(target, line);
    }
}
