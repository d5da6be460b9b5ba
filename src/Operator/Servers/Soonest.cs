namespace Operator.Servers;

/// <summary>The first of several moments at which to look again.</summary>
internal static class Soonest
{
    /// <summary>The shortest of the times; null when there is none.</summary>
    public static TimeSpan? Of(params ReadOnlySpan<TimeSpan?> times)
    {
        TimeSpan? first = null;
        foreach (var time in times)
            first = first is null || time < first ? time ?? first : first;
        return first;
    }
}
