using Operator.Testing;
using Operator.Testing.Cluster;

namespace EndToEnd;

/// <summary>What the operator may do, as the API server sees it: this and nothing else. All other tests here run with it.</summary>
[Collection(OperatorCollection.Name)]
[Trait("needs", "helm")]
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class RightsTests
{
    private const string Account = "system:serviceaccount:cyrus-system:cyrus-operator";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cluster-own", "cyrus-system")]
    [InlineData("cluster-other", "default")]
    public Task Its_rights_are_those_that_are_committed(string name, string space) => ExpectAsync(name, space);

    /// <summary>Compares the rights in a namespace with the committed list.</summary>
    internal static async Task ExpectAsync(string name, string space)
    {
        var listed = await Kubectl.RunAsync(null, Stop, "auth", "can-i", "--list", "--as", Account, "--namespace", space);
        // Paths that are no resources are everybody's, and others in each version; and kubectl lists in no order.
        var lines = listed.Split('\n').Select(static line => line.TrimEnd()).Where(static line => line.Length > 0 && line[0] != ' ').ToList();
        var rights = string.Join('\n', lines.Skip(1).Order(StringComparer.Ordinal).Prepend(lines[0])) + "\n";
        rights.ShouldBe(Golden.Expected($"tests/EndToEnd/Golden/rights-{name}.txt", rights));
    }
}
