using RuntimeBench;

// Started by hack/bench. Each figure is taken in a process of its own, which is this program again with a role.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return args switch
{
    ["widgets", var kubeconfig, var idleSeconds] => await WidgetRole.RunAsync(kubeconfig, int.Parse(idleSeconds), stop.Token),
    ["sync", var kubeconfig] => await WidgetRole.RunAsync(kubeconfig, null, stop.Token),
    ["secrets", var kubeconfig, var which] => await SecretRole.RunAsync(kubeconfig, which, stop.Token),
    ["--quick"] => await new Bench(Scale.Quick, Console.Out).RunAsync(stop.Token),
    [] => await new Bench(Scale.Full, Console.Out).RunAsync(stop.Token),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: hack/bench [--quick]");
    return 2;
}
