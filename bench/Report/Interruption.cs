namespace Report;

/// <summary>Ctrl-C, which ends a bench in order: what it has started is taken down.</summary>
public static class Interruption
{
    /// <summary>A source that is cancelled by it.</summary>
    public static CancellationTokenSource Listen()
    {
        var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        return stop;
    }
}
