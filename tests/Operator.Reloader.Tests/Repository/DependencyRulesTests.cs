namespace Operator.Reloader.Tests.Repository;

/// <summary>The sidecar shares the contract and the metrics' text with the operator, and nothing else: it has no Kubernetes client.</summary>
public sealed class DependencyRulesTests
{
    [Fact]
    public void The_sidecar_uses_the_contract_and_the_writer_of_metrics_only() =>
        typeof(Operator.Reloader.Install.InstallCommand).Assembly.GetReferencedAssemblies()
            .Select(static name => name.Name!)
            .Where(static name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal))
            .ShouldBe(["Operator.Entities", "Operator.Metrics"], ignoreOrder: true);
}
