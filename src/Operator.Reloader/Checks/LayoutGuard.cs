using System.Diagnostics;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Checks;

/// <summary>
/// Refuses a change of imapd.conf after which the server would look for its mail elsewhere or in another format (<see cref="ChangeNeed.Convert"/>),
/// once there is a mailbox.
/// </summary>
/// <param name="store">Where both generations are staged.</param>
/// <param name="listMailboxes">Path of Cyrus' ctl_mboxlist.</param>
/// <param name="time">The clock.</param>
internal sealed class LayoutGuard(GenerationStore store, string listMailboxes, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Compares two generations.</summary>
    /// <param name="old">The one whose layout is on the disk.</param>
    /// <param name="updated">The one that shall be.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ReloadFailure">ConversionNeeded: names the option and its line.</exception>
    public async Task CheckAsync(string old, string updated, CancellationToken stop)
    {
        var services = CyrusConf.Parse(store.CyrusConfOf(updated)).Entries.Select(static entry => entry.Name).Distinct().ToList();
        var changes = ConfigurationChange.Between(ImapdConf.Parse(store.ImapdConfOf(old)), ImapdConf.Parse(store.ImapdConfOf(updated)), services);
        if (changes.FirstOrDefault(static change => change.Needs == ChangeNeed.Convert) is not { } first || !await HasMailboxesAsync(old, stop))
            return;
        throw new ReloadFailure(
            "ConversionNeeded",
            $"{BundleFiles.ImapdConf} line {first.Line}: a change of {first.Option} changes how mail is kept on the disk, and this server has mailboxes. Set it"
            + " back; to change it, move the mail to a new server.");
    }

    /// <summary>Whether there is a mailbox; also when that cannot be found out.</summary>
    private async Task<bool> HasMailboxesAsync(string digest, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        using var process = Process.Start(
            new ProcessStartInfo(listMailboxes, ["-C", Path.Combine(store.PathOf(digest), BundleFiles.ImapdConf), "-d"]) { RedirectStandardOutput = true });
        try
        {
            if (process is null)
                return true;
            // A JSON object, with a line and more for each mailbox; for none, nothing but its braces (imap/ctl_mboxlist.c).
            while (await process.StandardOutput.ReadLineAsync(both.Token) is { } line)
            {
                if (line.Trim() is not ("" or "{" or "}"))
                    return true;
            }
            await process.WaitForExitAsync(both.Token);
            return process.ExitCode != 0;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return true;
        }
        finally
        {
            if (process is { HasExited: false })
                process.Kill();
        }
    }
}
