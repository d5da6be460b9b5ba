namespace Operator.Kubernetes.Events;

/// <summary>
/// Turns what is said into few writes: the first of a kind is an event of its own, the same again within ten minutes only counts, and each
/// object has a budget. No I/O and no clock; not synchronized.
/// </summary>
internal sealed class EventCorrelator
{
    /// <summary>So long after the last time, the same is a new event.</summary>
    public static readonly TimeSpan SameAgain = TimeSpan.FromMinutes(10);

    private const int Remembered = 4096;
    private readonly Dictionary<EventContent, Series> series = [];
    private readonly Dictionary<EventSubject, EventBudget> budgets = [];

    /// <summary>How many series and budgets are kept.</summary>
    public int Remembers => series.Count + budgets.Count;

    /// <summary>Something is said.</summary>
    /// <param name="content">What.</param>
    /// <param name="time">On a clock that never goes back.</param>
    /// <param name="now">The time for people.</param>
    /// <param name="suffix">Of the name, if it is a new event.</param>
    /// <returns>What to write now; null when it is counted for later, or over the budget.</returns>
    public EventState? Take(EventContent content, TimeSpan time, DateTimeOffset now, string suffix)
    {
        if (series.TryGetValue(content, out var known) && time - known.SeenAt < SameAgain)
        {
            known.SeenAt = time;
            known.State = known.State with { Last = now, Count = known.State.Count + 1 };
            return null;
        }
        if (!BudgetOf(content.About, time).TryTake(time))
            return null;
        if (series.Count >= Remembered)
            Forget(time);
        var state = new EventState(content, suffix, now, now, 1);
        series[content] = new Series { State = state, SeenAt = time, Written = 1 };
        return state;
    }

    /// <summary>What has happened again since it was written, as far as the budgets go.</summary>
    public IReadOnlyList<EventState> Repeated(TimeSpan time)
    {
        var due = new List<EventState>();
        foreach (var one in series.Values.Where(static one => one.State.Count > one.Written))
        {
            if (!BudgetOf(one.State.Content.About, time).TryTake(time))
                continue;
            one.Written = one.State.Count;
            due.Add(one.State);
        }
        Forget(time);
        return due;
    }

    private EventBudget BudgetOf(EventSubject about, TimeSpan time)
    {
        if (budgets.TryGetValue(about, out var budget))
            return budget;
        if (budgets.Count >= Remembered)
            Forget(time);
        return budgets[about] = new EventBudget();
    }

    private void Forget(TimeSpan time)
    {
        foreach (var (content, one) in series)
        {
            if (time - one.SeenAt >= SameAgain)
                series.Remove(content);
        }
        foreach (var (about, budget) in budgets)
        {
            if (budget.IsFull(time))
                budgets.Remove(about);
        }
        // A flood: a few repeated events are better than growing memory.
        if (series.Count >= Remembered)
            series.Clear();
        if (budgets.Count >= Remembered)
            budgets.Clear();
    }

    private sealed class Series
    {
        public required EventState State { get; set; }

        public required TimeSpan SeenAt { get; set; }

        /// <summary>The count that was written last.</summary>
        public required int Written { get; set; }
    }
}
