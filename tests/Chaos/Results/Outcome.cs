using System.Globalization;

namespace Chaos.Results;

/// <summary>What a campaign came to.</summary>
/// <param name="Plan">What it was.</param>
/// <param name="Strikes">The faults, in their order.</param>
/// <param name="Certificates">How many were written.</param>
/// <param name="Configurations">How many were written.</param>
/// <param name="Connections">New connections that ended well.</param>
/// <param name="Messages">Messages that were accepted.</param>
/// <param name="Excused">Faults that may have cost sessions.</param>
/// <param name="Broken">Each breach of an invariant.</param>
internal sealed record Outcome(
    Plan Plan, IReadOnlyList<string> Strikes, int Certificates, int Configurations, int Connections, int Messages, int Excused, IReadOnlyList<string> Broken)
{
    /// <summary>What plays it again.</summary>
    public string Command => string.Create(CultureInfo.InvariantCulture, $"hack/chaos --minutes {Plan.Length.TotalMinutes:0.##} --seed {Plan.Seed}{(Plan.Choice.Length > 0 ? $" --fault '{Plan.Choice}'" : "")}");

    /// <summary>In one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Plan.Seed}: {Strikes.Count} faults, {Certificates} certificates, {Configurations} configurations, {Connections} new connections, {Messages} messages, {(Broken.Count == 0 ? "no invariant broken" : $"{Broken.Count} times an invariant broken; again by: {Command}")}");
}
