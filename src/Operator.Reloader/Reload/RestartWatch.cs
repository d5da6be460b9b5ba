using Operator.Entities.Configuration;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Reload;

/// <summary>Knows the changed options that the running master has still to be restarted for. Not thread-safe.</summary>
internal sealed class RestartWatch(GenerationStore store)
{
    private (string Started, string Active) _pair;
    private IReadOnlyList<string> _options = [];

    /// <summary>Names of the options that differ between the generation under which the master started and the active one.</summary>
    public IReadOnlyList<string> Look(ReloadState state)
    {
        if (state is not { MasterDigest: { } started, Digest: { } active } || !store.Exists(started) || !store.Exists(active))
            return [];
        if (_pair != (started, active))
            (_pair, _options) = ((started, active), Between(store.ImapdConfOf(started), store.ImapdConfOf(active)));
        return _options;
    }

    /// <summary>Names of the options that only a restart brings into force. Pure.</summary>
    public static IReadOnlyList<string> Between(string old, string updated) =>
    [
        .. ConfigurationChange.Between(ImapdConf.Parse(old), ImapdConf.Parse(updated), [])
            .Where(static change => change.Needs == ChangeNeed.Restart).Select(static change => change.Option),
    ];
}
