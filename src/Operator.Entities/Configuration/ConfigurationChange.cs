namespace Operator.Entities.Configuration;

/// <summary>An option that differs between two files.</summary>
/// <param name="Option">The key.</param>
/// <param name="Line">Its line in the new file; when it was removed, that in the old one.</param>
/// <param name="Needs">What it takes until the change is in force.</param>
public sealed record OptionChange(string Option, int Line, ChangeNeed Needs);

/// <summary>Tells what a change of imapd.conf needs.</summary>
public static class ConfigurationChange
{
    private static readonly string[] PartitionPrefixes = ["partition-", "metapartition-", "archivepartition-", "searchpartition-"];

    // Suffixes of keys that sync_client reads once; it ignores SIGHUP.
    private const string Replication = "sync_";

    /// <summary>The changed options, the new file's first.</summary>
    /// <param name="old">What is in force.</param>
    /// <param name="updated">What shall be.</param>
    /// <param name="services">Names of the services in cyrus.conf, whose prefixes count.</param>
    public static IReadOnlyList<OptionChange> Between(ImapdConf old, ImapdConf updated, IReadOnlyList<string> services)
    {
        var before = Last(old);
        var after = Last(updated);
        var changes = new List<OptionChange>();
        foreach (var option in after.Values)
        {
            if (!before.TryGetValue(option.Key, out var previous) || previous.Value != option.Value)
                changes.Add(new OptionChange(option.Key, option.Line, NeedOf(option.Key, services)));
        }
        foreach (var option in before.Values)
        {
            if (!after.ContainsKey(option.Key))
                changes.Add(new OptionChange(option.Key, option.Line, NeedOf(option.Key, services)));
        }
        return changes;
    }

    private static Dictionary<string, ImapdOption> Last(ImapdConf conf)
    {
        var options = new Dictionary<string, ImapdOption>(StringComparer.Ordinal);
        foreach (var option in conf.Options)
            options[option.Key] = option;
        return options;
    }

    private static ChangeNeed NeedOf(string key, IReadOnlyList<string> services)
    {
        var catalogue = OptionsCatalogue.For(CyrusVersion.V312);
        var facts = catalogue.Find(key, "", out _);
        for (var index = 0; facts is null && index < services.Count; index++)
            facts = catalogue.Find(key, services[index], out _);
        if (Array.Exists(PartitionPrefixes, prefix => key.Contains(prefix, StringComparison.Ordinal)))
            return ChangeNeed.Convert;
        var need = facts?.Needs ?? ChangeNeed.Reload;
        return need == ChangeNeed.Reload && key.StartsWith(Replication, StringComparison.Ordinal) ? ChangeNeed.Restart : need;
    }
}
