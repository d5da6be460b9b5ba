using System.Diagnostics;
using Operator.Entities.Configuration;

namespace Operator.Reloader.Checks;

/// <summary>
/// The version of the installed server, asked once. <c>master -V</c> prints it before it reads any file (master/master.c:main, 3.6 to 3.12);
/// <c>cyr_info version</c> first needs a good imapd.conf.
/// </summary>
internal sealed class ServerVersion(string master, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private IReadOnlyList<CyrusVersion>? found;

    /// <summary>Those whose rules apply: the installed one, or all known ones when it cannot be told.</summary>
    public async Task<IReadOnlyList<CyrusVersion>> FindAsync(CancellationToken stop) => found ??= Read(await AskAsync(stop));

    /// <summary>What the printed line says. Pure.</summary>
    public static IReadOnlyList<CyrusVersion> Read(string printed) => CyrusVersions.Find(printed) is { } version ? [version] : CyrusVersions.All;

    private async Task<string> AskAsync(CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(master, ["-V"]) { RedirectStandardOutput = true });
            return process is null ? "" : await ReadAsync(process, both.Token);
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception || limit.IsCancellationRequested)
        {
            return "";
        }
    }

    private static async Task<string> ReadAsync(Process process, CancellationToken stop)
    {
        try
        {
            return await process.StandardOutput.ReadToEndAsync(stop);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
