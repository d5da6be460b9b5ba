using System.Globalization;
using Chaos.Results;
using Operator.Testing;
using Report;

namespace Chaos;

/// <summary>One seed and a minute and a half, with faults of each kind; hack/chaos starts it with more of both.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class ChaosTests(ITestOutputHelper output)
{
    // What a short run finds out never gets into the documentation.
    private static readonly TimeSpan Full = TimeSpan.FromMinutes(30);

    private readonly string folder = Repository.PathOf("artifacts", "chaos");

    [Fact]
    public async Task Whatever_strikes_no_other_session_is_lost_no_message_and_no_status_lies()
    {
        var stop = TestContext.Current.CancellationToken;
        var machine = await Machine.ReadAsync(TimeProvider.System, stop);
        var outcomes = new List<Outcome>();
        foreach (var plan in Plans())
            outcomes.Add(await RunAsync(plan, machine, stop));

        output.WriteLine("\n" + Summary.Campaigns(outcomes));
        if (outcomes.TrueForAll(static one => one.Plan.Choice.Length == 0) && TimeSpan.FromTicks(outcomes.Sum(static one => one.Plan.Length.Ticks)) >= Full)
            await DocumentAsync(outcomes, machine, stop);
        outcomes.SelectMany(static one => one.Broken.Select(breach => $"seed {one.Plan.Seed}: {breach}")).ShouldBeEmpty(
            $"again by: {string.Join(" or ", outcomes.Where(static one => one.Broken.Count > 0).Select(static one => one.Command))}; what was seen: {folder}");
    }

    private async Task<Outcome> RunAsync(Plan plan, Machine machine, CancellationToken stop)
    {
        output.WriteLine($"seed {plan.Seed}");
        var outcome = await new Campaign(plan, output.WriteLine).RunAsync(Path.Combine(folder, plan.Seed.ToString(CultureInfo.InvariantCulture)), stop);
        output.WriteLine(outcome.ToString());
        foreach (var breach in outcome.Broken.Take(10))
            output.WriteLine($"  {breach}");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, $"{plan.Seed}.md"), Summary.Of(outcome, machine.InWords(outcome.Command)), stop);
        return outcome;
    }

    private static async Task DocumentAsync(List<Outcome> outcomes, Machine machine, CancellationToken stop)
    {
        var file = Repository.PathOf("docs", "reliability.md");
        var command = string.Create(
            CultureInfo.InvariantCulture,
            $"hack/chaos --minutes {outcomes[0].Plan.Length.TotalMinutes:0.##} --seed {string.Join(',', outcomes.Select(static one => one.Plan.Seed))}");
        var part = Summary.Part(Faults.All, outcomes, machine.InWords(command));
        await File.WriteAllTextAsync(file, MarkedPart.Put(await File.ReadAllTextAsync(file, stop), "hack/chaos", part), stop);
    }

    private static IEnumerable<Plan> Plans() => (Text("CHAOS_SEED") ?? "4").Split(',').Select(static seed => new Plan(
        int.Parse(seed, CultureInfo.InvariantCulture), TimeSpan.FromMinutes(Number("CHAOS_MINUTES", 1.5)), (int)Number("CHAOS_SESSIONS", 40), Number("CHAOS_CONNECTIONS", 5), Text("CHAOS_FAULT") ?? ""));

    private static double Number(string name, double otherwise) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
