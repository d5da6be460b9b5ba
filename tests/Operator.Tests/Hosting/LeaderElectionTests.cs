using Microsoft.Extensions.Configuration;
using Operator.Hosting;

namespace Operator.Tests.Hosting;

public sealed class LeaderElectionTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, "198.18.0.1", true)]
    [InlineData("true", null, true)]
    [InlineData("false", "198.18.0.1", false)]
    [InlineData("", "198.18.0.1", true)]
    public void It_is_on_in_a_pod_unless_the_variable_says_otherwise(string? variable, string? serviceHost, bool isOn)
    {
        LeaderElection.IsWanted(Configuration(variable, serviceHost)).ShouldBe(isOn);
    }

    [Fact]
    public void What_is_neither_true_nor_false_is_refused_by_name()
    {
        Should.Throw<InvalidOperationException>(() => LeaderElection.IsWanted(Configuration("yes", null)))
            .Message.ShouldContain("CYRUS_OPERATOR_LEADER_ELECTION");
    }

    private static IConfiguration Configuration(string? variable, string? serviceHost) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("CYRUS_OPERATOR_LEADER_ELECTION", variable), new("KUBERNETES_SERVICE_HOST", serviceHost)])
        .Build();
}
