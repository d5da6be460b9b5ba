using System.Globalization;
using System.Runtime.Versioning;
using ReloaderBench;
using Report;

[assembly: SupportedOSPlatform("linux")]

// Started by hack/bench, with the published sidecar in CYRUS_RELOADER_EXECUTABLE. Other numbers of workers than the usual ones may follow --quick.
using var stop = Interruption.Listen();
var arguments = BenchArguments.Parse(args);
var scale = arguments.IsQuick ? Scale.Quick : Scale.Full;
if (arguments.Rest.Count > 0)
    scale = scale with { Workers = [.. arguments.Rest.Select(static number => int.Parse(number, CultureInfo.InvariantCulture))] };
var machine = await Machine.ReadAsync(TimeProvider.System, stop.Token);
var bench = new Bench(scale, Console.Error, TimeProvider.System);
var results = new List<Result>();
foreach (var workers in scale.Workers)
    results.Add(await bench.RunAsync(workers, stop.Token));
var section = ReloaderSection.Of(results, scale, machine.InWords(arguments.CommandFor("reloader")));
Console.WriteLine(section.Markdown);
Console.WriteLine(await Document.WriteAsync(arguments.Output, section, stop.Token));
return 0;
