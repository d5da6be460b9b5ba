using System.Globalization;
using MailLoad;
using RotationBench;

// Started by hack/bench rotation, on the local cluster with the operator installed.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var workload = args.Contains("--quick") ? Workload.Quick : Workload.Full;
var often = args.FirstOrDefault(static argument => argument.StartsWith("--rotations=", StringComparison.Ordinal))?.Split('=')[1];
string[] chosen = [.. args.Where(static argument => !argument.StartsWith("--", StringComparison.Ordinal))];
Func<Contender>[] ways = [() => new OperatorContender(), PlainContender.Restarting, PlainContender.Signalling, PlainContender.Waiting];
var results = new List<(Contender Way, IReadOnlyList<Rotation> Rotations, DeliveryBalance Mail)>();
foreach (var create in ways)
{
    await using var way = create();
    if (chosen.Length > 0 && !chosen.Contains(way.Name))
        continue;
    var (rotations, mail) = await new Series(way, workload, Console.Out).RunAsync(often is null ? workload.Rotations[way.Name] : int.Parse(often, CultureInfo.InvariantCulture), stop.Token);
    results.Add((way, rotations, mail));
}
Console.WriteLine(ResultTable.Of(workload, results));
return 0;
