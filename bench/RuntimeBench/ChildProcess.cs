using System.Diagnostics;
using System.Globalization;

namespace RuntimeBench;

/// <summary>A process that takes figures and prints them as lines <c>name=value</c>.</summary>
internal static class ChildProcess
{
    /// <summary>This program in a role.</summary>
    public static Task<Dictionary<string, double>> RoleAsync(string[] arguments, Func<Task<int>>? onGo, CancellationToken cancellationToken) =>
        RunAsync(Environment.ProcessPath!, arguments, onGo, cancellationToken);

    /// <summary>Runs it to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onGo">When it says "go": what to do, and the number to tell it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<Dictionary<string, double>> RunAsync(
        string program, string[] arguments, Func<Task<int>>? onGo, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        await using var end = cancellationToken.Register(process.Kill);
        var figures = new Dictionary<string, double>();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line == "go" && onGo is not null)
                await process.StandardInput.WriteLineAsync($"{await onGo()}");
            else if (line.Split('=') is [var name, var value])
                figures[name] = double.Parse(value, CultureInfo.InvariantCulture);
        }
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? figures
            : throw new InvalidOperationException($"{Path.GetFileName(program)} {arguments[0]} ended with {process.ExitCode}.");
    }
}
