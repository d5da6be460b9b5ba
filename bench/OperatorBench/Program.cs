using System.Globalization;
using System.Runtime.Versioning;
using OperatorBench;
using Report;

[assembly: SupportedOSPlatform("linux")]

// Started by hack/bench, with the published operator in CYRUS_OPERATOR_EXECUTABLE. Other numbers of servers than the usual ones may follow --quick.
using var stop = Interruption.Listen();
var arguments = BenchArguments.Parse(args);
var scale = arguments.IsQuick ? Scale.Quick : Scale.Full;
if (arguments.Rest.Count > 0)
{
    int[] numbers = [.. arguments.Rest.Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];
    scale = scale with { Servers = numbers, Sharing = numbers[0] };
}
var machine = await Machine.ReadAsync(TimeProvider.System, stop.Token);
var results = await new Bench(scale, Console.Error, TimeProvider.System).RunAsync(stop.Token);
var section = OperatorSection.Of(results, scale, machine.InWords(arguments.CommandFor("operator")));
Console.WriteLine(section.Markdown);
Console.WriteLine(await Document.WriteAsync(arguments.Output, section, stop.Token));
return 0;
