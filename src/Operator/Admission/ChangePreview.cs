using System.Globalization;
using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Servers.Rendering;
using Operator.Servers.Rollout;

namespace Operator.Admission;

/// <summary>
/// Tells beforehand what a change will do, in lines that <c>kubectl apply --dry-run=server</c> shows as warnings. They name fields, lines and options,
/// never a value of imapd.conf, which may be a password. Pure.
/// </summary>
internal static class ChangePreview
{
    /// <summary>Most lines that are given.</summary>
    public const int MostLines = 10;

    /// <summary>Most characters of a line: what the API asks of a warning (admission/v1 AdmissionResponse).</summary>
    public const int LongestLine = 119;

    /// <summary>The lines, the gravest first; of a new server only what looks misspelt.</summary>
    /// <param name="old">What is stored; null for a new server, or when it cannot be read.</param>
    /// <param name="updated">What shall be.</param>
    public static IReadOnlyList<string> Of(CyrusServer? old, CyrusServer updated)
    {
        var conf = ImapdConf.Parse(updated.Spec.ImapdConf);
        IEnumerable<string> lines = ImapdConfCheck.Misspelt(conf).Select(static one => $"spec.imapdConf line {one.Line}: {one.Message}");
        if (old is not null)
            lines = Describe(old, updated, conf).Concat(lines);
        return Fit([.. lines]);
    }

    private static string[] Describe(CyrusServer old, CyrusServer updated, ImapdConf conf)
    {
        var changes = SpecChanges.Between(old, updated);
        var restarts = RestartInputsOf(updated).DifferencesTo(RestartInputsOf(old)).ToArray();
        var options = ConfigurationChange.Between(ImapdConf.Parse(old.Spec.ImapdConf), conf, Listeners.ServicesOf(updated));
        string[] lines =
        [
            .. Paused(old.Spec, updated.Spec),
            .. Options(options, conf, ChangeNeed.Convert, "changes how mail is kept on the disk; it is refused on a server that has mail"),
            .. Pods(changes, restarts, old.Spec, updated.Spec),
            .. Reload(changes, restarts.Length > 0, updated.Spec.Rollout),
            .. Options(options, conf, ChangeNeed.Restart, "is in force only after a restart"),
        ];
        return lines.Length > 0 ? lines : ["Nothing that the pods see changes"];
    }

    /// <summary>As of a bundle that holds no more than the user's text: what the operator and other objects add to it does not differ.</summary>
    private static RestartInputs RestartInputsOf(CyrusServer server) => RestartInputs.Of(server, new Bundle(
        new Dictionary<string, byte[]> { [BundleFiles.ImapdConf] = Encoding.UTF8.GetBytes(server.Spec.ImapdConf) }));

    private static IEnumerable<string> Paused(CyrusServerSpec old, CyrusServerSpec updated)
    {
        if (updated.Paused)
            yield return "While spec.paused is true, nothing of this is applied";
        else if (old.Paused)
            yield return "spec.paused is lifted: what was changed meanwhile is applied, too";
    }

    private static IEnumerable<string> Pods(
        ILookup<ChangeEffect, string> changes, string[] restarts, CyrusServerSpec old, CyrusServerSpec updated)
    {
        if (restarts.Length > 0)
            yield return Naming("This change restarts the pods, one by one, after their sessions were asked to leave: ", restarts, "");
        if (updated.Replicas < old.Replicas)
            yield return Invariant($"Pods are removed, after their sessions were asked to leave: from {old.Replicas} to {updated.Replicas} (spec.replicas)");
        else if (updated.Replicas > old.Replicas)
            yield return Invariant($"Pods are added: from {old.Replicas} to {updated.Replicas} (spec.replicas)");
        if (changes.Contains(ChangeEffect.Volumes))
            yield return "The volumes grow, where their StorageClass allows it; no session is dropped (spec.storage)";
    }

    private static IEnumerable<string> Reload(ILookup<ChangeEffect, string> changes, bool isRestarted, RolloutSpec rollout)
    {
        var reloaded = changes[ChangeEffect.Reload].Concat(changes[ChangeEffect.MasterSignal]).ToArray();
        if (reloaded.Length == 0)
            yield break;
        var isMaster = rollout.Signal == SignalWay.Master || changes.Contains(ChangeEffect.MasterSignal);
        var isDropping = isRestarted
            || rollout.Drain.Policy == DrainPolicy.Disconnect
            || (isMaster && rollout.WhenNotQuiet != NotQuietPolicy.Wait);
        var way = isMaster ? "a signal to the master at a quiet moment" : "a reload";
        yield return Naming($"This change is applied by {way}{(isDropping ? "" : ": no session is dropped")} (", reloaded, ")");
        if (isMaster)
            yield return NotQuiet(rollout);
        if (rollout.Drain.Policy == DrainPolicy.Disconnect)
            yield return Invariant($"Sessions of the old configuration are told BYE after {rollout.Drain.AfterSeconds} s (spec.rollout.drain)");
    }

    private static string NotQuiet(RolloutSpec rollout)
    {
        var then = rollout.WhenNotQuiet switch
        {
            NotQuietPolicy.Proceed => "some sessions may break",
            NotQuietPolicy.Roll => "the pod is restarted",
            _ => "the old configuration stays until it comes",
        };
        return Invariant($"If no such moment comes within {rollout.QuietTimeoutSeconds} s, {then} (spec.rollout.whenNotQuiet)");
    }

    private static IEnumerable<string> Options(IEnumerable<OptionChange> options, ImapdConf conf, ChangeNeed need, string consequence)
    {
        var given = conf.Options.Select(static option => option.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var change in options.Where(change => change.Needs == need))
        {
            // Of an option that was removed, the line would be one of the old text.
            yield return given.Contains(change.Option)
                ? Invariant($"spec.imapdConf line {change.Line}: {change.Option} {consequence}")
                : $"spec.imapdConf without {change.Option}: that {consequence}";
        }
    }

    /// <summary>Names as many as fit.</summary>
    private static string Naming(string start, string[] all, string end)
    {
        for (var shown = all.Length; ; shown--)
        {
            var more = shown < all.Length ? Invariant($" and {all.Length - shown} more") : "";
            var line = start + string.Join(", ", all[..shown]) + more + end;
            if (line.Length <= LongestLine || shown == 1)
                return line;
        }
    }

    private static string[] Fit(string[] lines)
    {
        string[] shown = lines.Length <= MostLines ? lines : [.. lines[..(MostLines - 1)], Invariant($"and {lines.Length - MostLines + 1} more")];
        return [.. shown.Select(static line => line.Length <= LongestLine ? line : line[..(LongestLine - 3)] + "...")];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
