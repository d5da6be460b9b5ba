using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Logging;
using Operator.Reloader.Reload;

namespace Operator.Reloader.Install;

/// <summary>
/// <c>cyrus-reloader stage</c>: before the master starts, makes the directories that it needs and activates the first generation - the mounted
/// bundle when it passes the checks, the last good one otherwise.
/// </summary>
internal sealed class StageCommand(EngineParts parts, JsonLog log)
{
    // cyrus-imapd tools/mkimap and what the daemons open without creating it.
    private static readonly string[] ConfigDirectories =
        ["socket", "db", "proc", "log", "msg", "user", "quota", "lock", "stats", "ptclient", "sieve"];

    private static readonly string[] RunDirectories = ["config", "bin", "proc", "lock", "socket", "tmp"];

    /// <summary>Runs it.</summary>
    /// <exception cref="ReloadFailure">Neither bundle can be served.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        MakeDirectories();
        if (parts.Notice.Remove())
            log.Info("Removed the notice by which the sessions of an earlier master were sent away.");
        parts.Activation.Resume();
        var mounted = parts.Source.Read();
        var refusal = await TryCurrentAsync(mounted, tolerateAge: false, stop);
        if (refusal is null)
            return;
        log.Warn("The current bundle is refused; the last good one is tried.", ("reason", refusal.Reason), ("detail", refusal.Message));
        if (await TryActivateAsync(mounted.LastGood, "last-good", tolerateAge: false, static () => Task.CompletedTask, stop) is not { } second)
            return;
        // A server with an expired certificate is of more use than none: many clients go on, and plain listeners do not care.
        if (await TryCurrentAsync(mounted, tolerateAge: true, stop) is not null
            && await TryActivateAsync(mounted.LastGood, "last-good", tolerateAge: true, static () => Task.CompletedTask, stop) is not null)
        {
            throw new ReloadFailure(refusal.Reason, $"Current bundle: {refusal.Message} Last good bundle: {second.Message}");
        }
    }

    /// <summary>The disk has the layout of the last good bundle, if there is one.</summary>
    private async Task<ReloadFailure?> TryCurrentAsync(MountedBundles mounted, bool tolerateAge, CancellationToken stop)
    {
        if (mounted.LastGood.Count == 0 || mounted.Digest is not { } digest)
            return await TryActivateAsync(mounted.Current, "current", tolerateAge, static () => Task.CompletedTask, stop);
        var old = BundleDigest.Compute(mounted.LastGood);
        parts.Store.Stage(mounted.LastGood, old);
        return await TryActivateAsync(mounted.Current, "current", tolerateAge, () => parts.Layout.CheckAsync(old, digest, stop), stop);
    }

    private async Task<ReloadFailure?> TryActivateAsync(
        IReadOnlyDictionary<string, byte[]> files, string name, bool tolerateAge, Func<Task> check, CancellationToken stop)
    {
        if (files.Count == 0)
            return new ReloadFailure("BundleMissing", $"There is no {name} bundle.");
        var digest = BundleDigest.Compute(files);
        try
        {
            parts.Store.Stage(files, digest);
            // Both bundles were judged by the host names of their time; a server with another name on its certificate is of more use than none.
            await parts.Check.RunAsync(digest, tolerateAge, dnsNames: [], stop);
            await check();
        }
        catch (ReloadFailure failure)
        {
            if (parts.Store.Active != digest)
                parts.Store.Remove(digest);
            return failure;
        }
        if (parts.Store.Active != digest)
            parts.Activation.Flip(digest, master: null);
        log.Info("First generation staged.", ("digest", digest), ("bundle", name));
        return null;
    }

    private void MakeDirectories()
    {
        foreach (var name in ConfigDirectories)
            Directory.CreateDirectory(Path.Combine(parts.Options.ConfigDirectory, name));
        foreach (var name in RunDirectories)
            Directory.CreateDirectory(Path.Combine(parts.Options.Run, name));
        Directory.CreateDirectory(Path.Combine(parts.Options.Spool, "stage."));
    }
}
