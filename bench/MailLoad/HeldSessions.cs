namespace MailLoad;

/// <summary>Holds a number of sessions; one that is dropped is counted and opened again, as a mail client would.</summary>
public sealed class HeldSessions : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5), OpenLimit = TimeSpan.FromSeconds(30), BeforeAgain = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stop = new();
    private readonly MailSite site;
    private readonly Tally tally;
    private readonly List<Task> loops = [];
    private readonly SemaphoreSlim opening = new(8); // a crowd that comes at once is no part of what is measured
    private int alive;

    private HeldSessions(MailSite site, Tally tally) => (this.site, this.tally) = (site, tally);

    /// <summary>How many sessions there are at the moment.</summary>
    public int Alive => alive;

    /// <summary>Half of them idle by IMAP, three tenths append by IMAP over TLS, a tenth each POP3 and ManageSieve.</summary>
    public static (int Idling, int Appending, int Popping, int Sieving) Mix(int sessions) =>
        (sessions - (sessions * 3 / 10) - (2 * (sessions / 10)), sessions * 3 / 10, sessions / 10, sessions / 10);

    /// <summary>Opens the sessions and returns once all are there.</summary>
    /// <exception cref="TimeoutException">They are not within two minutes.</exception>
    public static async Task<HeldSessions> OpenAsync(MailSite site, int sessions, Tally tally, CancellationToken cancellationToken)
    {
        var held = new HeldSessions(site, tally);
        var (idling, appending, popping, sieving) = Mix(sessions);
        held.Start(ClientKind.Idling, idling);
        held.Start(ClientKind.Appending, appending);
        held.Start(ClientKind.Popping, popping);
        held.Start(ClientKind.Sieving, sieving);
        try
        {
            await held.AllAsync(cancellationToken);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until all sessions are there (again).</summary>
    /// <exception cref="TimeoutException">They are not within two minutes.</exception>
    public async Task AllAsync(CancellationToken cancellationToken)
    {
        var since = Tally.Now();
        while (alive < loops.Count)
        {
            if (TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException(
                    $"Only {alive} of {loops.Count} sessions could be opened. The last trouble: {tally.Troubles.LastOrDefault()?.Detail ?? "none"}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        opening.Dispose();
        stop.Dispose();
    }

    private void Start(ClientKind kind, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var mine = number;
            loops.Add(Task.Run(() => HoldAsync(kind, mine)));
        }
    }

    private async Task HoldAsync(ClientKind kind, int number)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await TryOpenAsync(kind, number) is { } session)
                await UseAsync(kind, session);
            await Task.Delay(BeforeAgain, TimeProvider.System, stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task<HeldSession?> TryOpenAsync(ClientKind kind, int number)
    {
        try
        {
            await opening.WaitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(OpenLimit);
        var begun = Tally.Now();
        try
        {
            return await kind.OpenAsync(site, number, limit.Token);
        }
        catch (Exception error)
        {
            if (!stop.IsCancellationRequested)
                tally.Note(Incident.Refused, kind.Name, error.Message, begun);
            return null;
        }
        finally
        {
            opening.Release();
        }
    }

    private async Task UseAsync(ClientKind kind, HeldSession session)
    {
        Interlocked.Increment(ref alive);
        try
        {
            while (true)
                await session.GoOnAsync(Pause, stop.Token);
        }
        catch (Exception error)
        {
            if (!stop.IsCancellationRequested)
                tally.Note(Incident.Dropped, kind.Name, error.Message);
        }
        finally
        {
            Interlocked.Decrement(ref alive);
            await session.DisposeAsync();
        }
    }
}
