using System.Globalization;
using Report;
using RotationBench;

// Started by hack/bench rotation, on the local cluster with the operator installed. The names of the ways may follow, and --rotations=N.
const string Often = "--rotations=";
using var stop = Interruption.Listen();
var arguments = BenchArguments.Parse(args);
var workload = arguments.IsQuick ? Workload.Quick : Workload.Full;
var often = arguments.Rest.FirstOrDefault(static argument => argument.StartsWith(Often, StringComparison.Ordinal))?[Often.Length..];
string[] chosen = [.. arguments.Rest.Where(static argument => !argument.StartsWith("--", StringComparison.Ordinal))];
Func<Contender>[] ways = [() => new OperatorContender(), PlainContender.Restarting, PlainContender.Signalling, PlainContender.Waiting];
var machine = await Machine.ReadAsync(TimeProvider.System, stop.Token);
var results = new List<Result>();
foreach (var create in ways)
{
    await using var way = create();
    if (chosen.Length > 0 && !chosen.Contains(way.Name))
        continue;
    var rotations = often is null ? workload.Rotations[way.Name] : int.Parse(often, CultureInfo.InvariantCulture);
    results.Add(await new Series(way, workload, Console.Error).RunAsync(rotations, stop.Token));
}
var section = RotationSection.Of(results, workload, machine.InWords(arguments.CommandFor("rotation")));
Console.WriteLine(section.Markdown);
// What was chosen by hand is looked at, and not written down.
if (arguments.Rest.Count == 0)
    Console.WriteLine(await Document.WriteAsync(arguments.Output, section, stop.Token));
return 0;
