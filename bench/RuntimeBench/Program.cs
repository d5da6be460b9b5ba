using Report;
using RuntimeBench;

// Started by hack/bench. Each figure is taken in a process of its own, which is this program again with a role.
using var stop = Interruption.Listen();
return args switch
{
    ["widgets", var kubeconfig, var idleSeconds] => await WidgetRole.RunAsync(kubeconfig, int.Parse(idleSeconds), stop.Token),
    ["sync", var kubeconfig] => await WidgetRole.RunAsync(kubeconfig, null, stop.Token),
    ["secrets", var kubeconfig, var which] => await SecretRole.RunAsync(kubeconfig, which, stop.Token),
    ["--quick"] or [] => await MeasureAsync(BenchArguments.Parse(args), stop.Token),
    _ => Usage(),
};

static async Task<int> MeasureAsync(BenchArguments arguments, CancellationToken stop)
{
    var machine = await Machine.ReadAsync(TimeProvider.System, stop);
    var bench = new Bench(arguments.IsQuick ? Scale.Quick : Scale.Full, Console.Error);
    var section = await bench.RunAsync(machine.InWords(arguments.CommandFor("runtime")), stop);
    Console.WriteLine(section.Markdown);
    Console.WriteLine(await Document.WriteAsync(arguments.Output, section, stop));
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("Usage: hack/bench [--quick] runtime");
    return 2;
}
