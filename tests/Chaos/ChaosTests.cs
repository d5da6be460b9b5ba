using System.Globalization;

namespace Chaos;

/// <summary>Started for longer by hack/chaos.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Whatever_is_killed_no_other_session_is_lost_no_message_and_no_old_certificate_follows_healthy()
    {
        var plan = new Plan(
            (int)Number("CHAOS_SEED", 1), TimeSpan.FromMinutes(Number("CHAOS_MINUTES", 2)), (int)Number("CHAOS_SESSIONS", 40), Number("CHAOS_CONNECTIONS", 5));
        output.WriteLine($"seed {plan.Seed}");

        var broken = await new Campaign(plan, output.WriteLine).RunAsync(TestContext.Current.CancellationToken);

        broken.ShouldBeEmpty($"again by: hack/chaos --minutes {plan.Length.TotalMinutes} --seed {plan.Seed}");
    }

    private static double Number(string name, double otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
