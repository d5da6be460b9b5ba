using System.Text.RegularExpressions;

namespace Operator.Kubernetes.Tests;

/// <summary>The guided tour names the test of each rule; a test that is renamed must not leave it behind.</summary>
public sealed partial class TourTests
{
    [Fact]
    public void Every_test_that_the_tour_names_is_there()
    {
        var names = TestName().Matches(File.ReadAllText(Testing.Repository.PathOf("docs", "controller-runtime.md"))).Select(static match => match.Groups[1].Value).ToHashSet();
        var tests = typeof(TourTests).Assembly.GetTypes().SelectMany(static type => type.GetMethods()).Select(static method => method.Name).ToHashSet();

        names.Count.ShouldBeGreaterThan(30);
        names.Except(tests).ShouldBeEmpty();
    }

    // Three underscores and more: what else stands in code marks has fewer, but for environment variables.
    [GeneratedRegex("`([A-Z][a-zA-Z0-9]*(?:_[a-zA-Z0-9]+){3,})`")]
    private static partial Regex TestName();
}
