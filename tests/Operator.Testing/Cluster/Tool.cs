using System.Diagnostics;

namespace Operator.Testing.Cluster;

/// <summary>What a program said.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Output">Its stdout.</param>
/// <param name="Errors">Its stderr.</param>
public sealed record ToolResult(int ExitCode, string Output, string Errors);

/// <summary>Runs a program as a user would.</summary>
public static class Tool
{
    /// <summary>Runs it to its end and returns what it printed.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="input">For its stdin; null for none.</param>
    /// <param name="cancellationToken">Leaves it alone.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public static async Task<string> RunAsync(string program, string? input, CancellationToken cancellationToken, params string[] arguments)
    {
        var result = await TryAsync(program, input, cancellationToken, arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} failed: {result.Errors}{result.Output}");
    }

    /// <summary>Runs it to its end, however that is.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<ToolResult> TryAsync(string program, string? input, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        // Read from the start: a program that nobody reads would stop before it has read its input.
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return new ToolResult(process.ExitCode, await output, await errors);
    }
}
