using System.Reflection;

namespace Operator.Tests.Repository;

/// <summary>The arrows between the projects, as ARCHITECTURE.md draws them.</summary>
public sealed class DependencyRulesTests
{
    private static readonly Assembly Kubernetes = typeof(global::Operator.Kubernetes.Client.KubernetesClient).Assembly;
    private static readonly Assembly Metrics = typeof(global::Operator.Metrics.MetricFamily).Assembly;
    private static readonly Assembly Entities = typeof(global::Operator.Entities.Servers.CyrusServer).Assembly;

    [Fact]
    public void Operator_Kubernetes_knows_nothing_of_the_other_projects() => References(Kubernetes).ShouldBeEmpty();

    [Fact]
    public void Operator_Metrics_knows_nothing_of_the_other_projects() => References(Metrics).ShouldBeEmpty();

    [Fact]
    public void Operator_Entities_uses_Operator_Kubernetes_only() => References(Entities).ShouldBe(["Operator.Kubernetes"]);

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Select(static name => name.Name!)
        .Where(static name => name.StartsWith("Operator.", StringComparison.Ordinal) || name.StartsWith("cyrus-", StringComparison.Ordinal));
}
