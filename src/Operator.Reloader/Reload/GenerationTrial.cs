using Operator.Entities.Contract;
using Operator.Entities.Tls;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>What this process has found out about generations: checked, refused, proved. All of it can be found out again.</summary>
internal sealed class GenerationTrial(EngineParts parts)
{
    private const long ReservedBytes = 256 * 1024;
    private const long TrialBytes = 1024 * 1024; // the databases of the trial workers
    private const long StartUpTicks = 10 * Libc.TicksPerSecond;
    private const string NoSpace = "No space left on device"; // ENOSPC in glibc's words, which Cyrus logs

    private string? _checked;
    private string? _rejected;
    private string? _served;
    private MasterProcess? _servedBy;

    /// <summary>Reads the world for a decision.</summary>
    public World Look(MountedBundles mounted, MasterProcess? master)
    {
        if (mounted.Desired != _rejected)
            _rejected = null;
        var state = parts.Activation.State;
        // Each flip asks for a proof of its own: also the one back to what was proved before.
        var isProved = state.Proved && state.Digest == _served && master is not null && master.IsSame(_servedBy);
        return new World
        {
            Desired = mounted.Desired,
            Mounted = mounted.Digest,
            Active = parts.Store.Active,
            Served = isProved ? _served : null,
            Rejected = _rejected,
            Fallback = state.Previous is { } previous && parts.Store.Exists(previous) ? previous : null,
            HasMaster = master is not null,
        };
    }

    /// <summary>Whether a generation is staged and passed the checks a moment ago.</summary>
    public bool IsChecked(string digest) => _checked == digest && parts.Store.Exists(digest);

    /// <summary>Stages and checks the mounted generation; nothing live is touched.</summary>
    /// <exception cref="ReloadFailure">It is refused.</exception>
    public async Task CheckAsync(string digest, MountedBundles mounted, CancellationToken stop)
    {
        _checked = null;
        RequireSpace(TrialBytes); // before: a trial that fails for want of it would look like a fault of the configuration
        try
        {
            parts.Store.Stage(mounted.Current, digest);
            await parts.Check.RunAsync(digest, tolerateAge: false, mounted.Settings.DnsNames, stop);
            if (parts.Store.Active is { } active && active != digest)
                await parts.Layout.CheckAsync(active, digest, stop);
        }
        catch (IOException error)
        {
            throw new ReloadFailure("StagingFailed", $"The generation cannot be staged and checked: {error.Message}.") { IsTransient = true };
        }
        catch (ReloadFailure failure) when (!failure.IsTransient && (failure.Message.Contains(NoSpace, StringComparison.Ordinal) || FreeBytes() < ReservedBytes))
        {
            // A trial worker needs room for its databases: without it any configuration fails, and would be refused for good.
            throw Full($"a check failed: {failure.Message}");
        }
        RequireSpace(ReservedBytes);
        _checked = digest;
    }

    /// <summary>The flip and what follows it write a little, too: it must not fail half-way.</summary>
    private void RequireSpace(long needed)
    {
        if (FreeBytes() is var free && free < needed)
            throw Full($"{free} bytes are left, {needed} are needed.");
    }

    private long FreeBytes() => new DriveInfo(parts.Options.Run).AvailableFreeSpace;

    private ReloadFailure Full(string detail) => new("StagingFailed", $"The volume at {parts.Options.Run} is full: {detail}") { IsTransient = true };

    /// <summary>Whether the master need not read cyrus.conf again for this generation.</summary>
    public bool KeepsCyrusConf(string digest) => parts.Store.Active is { } active && parts.Store.HaveSameCyrusConf(active, digest);

    /// <summary>Proves the active generation on the wire.</summary>
    /// <exception cref="ReloadFailure">It is not what is served.</exception>
    public async Task<IReadOnlyList<ServedCertificate>> ProveAsync(string digest, MasterProcess master, CancellationToken stop)
    {
        // What is served is the question here; a certificate that has expired since is served all the same.
        var facts = GenerationFacts.Read(parts.Store.PathOf(digest), CertificateDemands.None);
        var certificates = await parts.Prover.RunAsync(facts, stop);
        parts.Activation.Proved();
        (_served, _servedBy) = (digest, master);
        return certificates;
    }

    /// <summary>One connection to a service, as a client would make it, whatever comes of it.</summary>
    public async Task PokeAsync(string digest, string service, CancellationToken stop)
    {
        var facts = GenerationFacts.Read(parts.Store.PathOf(digest), CertificateDemands.None);
        foreach (var listener in facts.Listeners.Where(listener => listener.Service == service))
            await parts.Prover.PokeAsync(listener, stop);
    }

    /// <summary>Never to be tried again until the desired digest changes.</summary>
    public void Reject(string digest) => _rejected = digest;

    /// <summary>Whether a failed proof is answered by going back: the generation was never proved, and an older one is still there.</summary>
    public bool CanGoBackFrom(string digest, ReloadFailure failure)
    {
        var state = parts.Activation.State;
        return failure.Reason != "NotConverged" // going back would have to replace the same workers
            && state.Digest == digest && !state.Proved
            && state.Previous is { } previous && previous != digest && parts.Store.Exists(previous);
    }

    /// <summary>Whether the master is so young that its listeners may not be open yet.</summary>
    public static bool IsStartingUp(MasterProcess master) => Libc.BootTicks() - master.Start < StartUpTicks;
}
