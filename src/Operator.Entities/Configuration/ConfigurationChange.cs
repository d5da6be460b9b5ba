namespace Operator.Entities.Configuration;

/// <summary>An option that differs between two files.</summary>
/// <param name="Option">The key.</param>
/// <param name="Line">Its line in the new file; when it was removed, that in the old one.</param>
/// <param name="Needs">What it takes until the change is in force.</param>
public sealed record OptionChange(string Option, int Line, ChangeNeed Needs);

/// <summary>Tells what a change of imapd.conf needs.</summary>
public static class ConfigurationChange
{
    // Nothing is on a partition that is added, nor in Cyrus' default for sievedir: it lies in the image, where nothing can be written.
    private static readonly string[] EmptyBefore = ["partition-", "metapartition-", "archivepartition-", "searchpartition-", "sievedir"];

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
                changes.Add(new OptionChange(option.Key, option.Line, NeedOf(option.Key, services, isNew: previous is null)));
        }
        foreach (var option in before.Values)
        {
            if (!after.ContainsKey(option.Key))
                changes.Add(new OptionChange(option.Key, option.Line, NeedOf(option.Key, services, isNew: false)));
        }
        return changes;
    }

    /// <summary>The options that come into force only with a restart.</summary>
    public static IEnumerable<ImapdOption> ForRestart(ImapdConf conf) => Last(conf).Values.Where(static option => NeedOf(option.Key, [], isNew: true) == ChangeNeed.Restart);

    private static Dictionary<string, ImapdOption> Last(ImapdConf conf)
    {
        var options = new Dictionary<string, ImapdOption>(StringComparer.Ordinal);
        foreach (var option in conf.Options)
            options[option.Key] = option;
        return options;
    }

    private static ChangeNeed NeedOf(string key, IReadOnlyList<string> services, bool isNew)
    {
        var catalogue = OptionsCatalogue.For(CyrusVersion.V312);
        var facts = catalogue.Find(key, "", out _);
        for (var index = 0; facts is null && index < services.Count; index++)
            facts = catalogue.Find(key, services[index], out _);
        if (Array.Exists(EmptyBefore, prefix => key.Contains(prefix, StringComparison.Ordinal)))
            return isNew ? ChangeNeed.Reload : ChangeNeed.Convert;
        return facts?.Needs ?? ChangeNeed.Reload;
    }
}
