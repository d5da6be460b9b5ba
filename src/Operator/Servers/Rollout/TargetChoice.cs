using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Servers.Rendering;

namespace Operator.Servers.Rollout;

/// <summary>The bundles that the Secret of a server holds.</summary>
/// <param name="Current">What shall be served.</param>
/// <param name="LastGood">What was last proved on every pod.</param>
/// <param name="Settings">How the sidecars reload.</param>
/// <param name="ReportKey">By which operator and sidecars believe each other.</param>
internal sealed record Published(Bundle? Current, Bundle? LastGood, ReloadSettings? Settings = null, ReportKey? ReportKey = null)
{
    /// <summary>The one of them with this digest, or null.</summary>
    public Bundle? Find(string? digest) => Current?.Digest == digest ? Current : LastGood?.Digest == digest ? LastGood : null;
}

/// <summary>What the pods shall serve: the wanted bundle, or the one that is known to be good.</summary>
/// <param name="Target">The bundle, or null when none could ever be made.</param>
/// <param name="Problem">Why the target is not what the inputs ask for.</param>
/// <param name="Rejected">The digest that stays refused.</param>
internal sealed record TargetChoice(Bundle? Target, InputProblem? Problem, RejectedDigest? Rejected)
{
    /// <summary>Decides from what was rendered, what is published and what is known to have failed.</summary>
    /// <param name="rendered">What the inputs ask for.</param>
    /// <param name="published">What is published.</param>
    /// <param name="status">Knows what failed.</param>
    /// <param name="retry">The server's annotation <see cref="AnnotationKeys.Retry"/>: with a new value, what was rejected is tried once more.</param>
    public static TargetChoice Of(Rendered rendered, Published published, CyrusServerStatus? status, string? retry = null)
    {
        var rejected = status?.Rejected is { } failed && failed.Retry == retry ? failed : null;
        if (rendered.Problem is { } problem)
            return new(published.Current, problem, rejected);
        var wanted = rendered.Bundle!;
        if (BundleSize.Check(wanted, published.Find(status?.HealthyDigest)) is { } tooLarge)
            return new(published.Current, tooLarge, rejected);
        if (rejected is null || rejected.Digest != wanted.Digest)
            return new(wanted, null, null);
        return published.Find(status!.HealthyDigest) is { } good && good.Digest != wanted.Digest
            ? new(good, new InputProblem(rejected.Reason, rejected.Message), rejected)
            : new(wanted, null, rejected);
    }

    /// <summary>What the status remembers as refused after a look at how the target fared.</summary>
    public RejectedDigest? RejectedAfter(RolloutPlan? plan, string? retry = null) =>
        plan?.Failure is { } failure && Target is { } target && Problem is null
            ? new RejectedDigest { Digest = target.Digest, Reason = failure.Reason, Message = failure.Message, Retry = retry }
            : Rejected;
}
