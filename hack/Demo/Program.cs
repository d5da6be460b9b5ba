using Demo;

// Plays a rotation on the cluster that KUBECONFIG names; hack/demo has brought everything up.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return await new Rotation(Console.Out).PlayAsync(stop.Token);
