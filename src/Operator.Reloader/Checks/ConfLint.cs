using System.Diagnostics;
using System.Text.RegularExpressions;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Checks;

/// <summary>Runs the server's own checker on staged files.</summary>
internal sealed partial class ConfLint(string cyrInfo, TimeProvider time)
{
    private const string FatalMark = "fatal error: ";
    private const int MessageLimit = 400;
    private const int OutputLimit = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs <c>cyr_info conf-lint</c> for one service name, because options prefixed with a service's name are judged only then. Unknown keys
    /// are printed with exit code 0 and are no error: other programs read theirs from the same file.
    /// </summary>
    /// <exception cref="ReloadFailure">ConfigurationInvalid with the checker's own message; CheckFailed when it did not run.</exception>
    public async Task RunAsync(string imapdConf, string cyrusConf, string service, CancellationToken stop)
    {
        using var process = Start(imapdConf, cyrusConf, service);
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            var output = ReadAsync(process.StandardOutput, both.Token);
            var errors = ReadAsync(process.StandardError, both.Token);
            await process.WaitForExitAsync(both.Token);
            if (process.ExitCode != 0)
                throw new ReloadFailure("ConfigurationInvalid", FatalLine(await errors + "\n" + await output, process.ExitCode));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ReloadFailure("CheckFailed", $"cyr_info conf-lint took longer than {Limit.TotalSeconds} s for service {service}.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>The sentence of the report, out of what the checker printed. Pure.</summary>
    public static string FatalLine(string output, int exitCode)
    {
        foreach (var line in output.Split('\n'))
        {
            var at = line.IndexOf(FatalMark, StringComparison.Ordinal);
            if (at >= 0)
                return Shorten(WithoutValues(line[(at + FatalMark.Length)..].Trim()));
        }
        return $"cyr_info conf-lint ended with code {exitCode} and no message.";
    }

    // The checker quotes values ('soon'), and names of options too; a value may be a password that got into the wrong line.
    private static string WithoutValues(string text) => Quoted().Replace(text, "'...'");

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Quoted();

    private static string Shorten(string text) => text.Length <= MessageLimit ? text : text[..MessageLimit] + "...";

    private Process Start(string imapdConf, string cyrusConf, string service)
    {
        var start = new ProcessStartInfo(cyrInfo, ["conf-lint", "-C", imapdConf, "-M", cyrusConf, "-n", service])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start) ?? throw new ReloadFailure("CheckFailed", $"{cyrInfo} did not start.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ReloadFailure("CheckFailed", $"{cyrInfo} cannot be run: {error.Message}");
        }
    }

    /// <summary>Reads to the end, so that the checker never blocks on a full pipe, and keeps a bounded part.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken stop)
    {
        var kept = new System.Text.StringBuilder();
        var buffer = new char[4096];
        int got;
        while ((got = await reader.ReadAsync(buffer, stop)) > 0)
            kept.Append(buffer, 0, Math.Min(got, Math.Max(0, OutputLimit - kept.Length)));
        return kept.ToString();
    }
}
