using Operator.Kubernetes.Tests.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>
/// Tests that do harm to one API server, one after the other and with nothing beside them: they count what the process does and holds.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<ApiServerFixture>
{
    public const string Name = "faults";
}
