using System.Collections.Concurrent;
using System.Globalization;
using Operator.Testing.Mail;

namespace MailLoad;

/// <summary>What became of numbered messages.</summary>
/// <param name="Accepted">How many the server said it had taken.</param>
/// <param name="Lost">Those of them that are not there.</param>
/// <param name="Doubled">Those that are there more than once.</param>
public sealed record DeliveryBalance(int Accepted, IReadOnlyList<int> Lost, IReadOnlyList<int> Doubled);

/// <summary>Delivers numbered messages by LMTP at a rate, each in a session of its own; one that is not accepted is tried again, as an MTA would.</summary>
public sealed class Deliveries : IAsyncDisposable
{
    private const string SubjectStart = "Subject: number ";

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200), BeforeAgain = TimeSpan.FromSeconds(1), Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<int> accepted = [];
    private readonly ConcurrentDictionary<Task, byte> under = new();
    private readonly MailSite site;
    private readonly Tally tally;
    private readonly string run = Guid.NewGuid().ToString("N");
    private readonly Task posting;

    private Deliveries(MailSite site, double perSecond, Tally tally)
    {
        (this.site, this.tally) = (site, tally);
        posting = Task.Run(() => PostAsync(TimeSpan.FromSeconds(1 / perSecond)));
    }

    /// <summary>Begins.</summary>
    public static Deliveries Start(MailSite site, double perSecond, Tally tally) => new(site, perSecond, tally);

    /// <summary>Ends it, lets what is under way be accepted, and reads the mailbox.</summary>
    public async Task<DeliveryBalance> BalanceAsync(CancellationToken cancellationToken)
    {
        await EndAsync();
        await using var session = await ImapSession.OpenAsync(site.At(MailSite.Imap), implicitTls: false, cancellationToken);
        await session.LoginAsync(MailSite.Recipient, site.Password, cancellationToken);
        await session.CommandAsync("SELECT INBOX", cancellationToken);
        var lines = await session.ReadAnswersAsync("FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]", cancellationToken);
        var there = lines.Where(line => line.StartsWith(SubjectStart, StringComparison.Ordinal) && line.EndsWith(run, StringComparison.Ordinal))
            .Select(static line => int.Parse(line[SubjectStart.Length..].Split(' ')[0], CultureInfo.InvariantCulture))
            .CountBy(static number => number)
            .ToDictionary();
        return new DeliveryBalance(
            accepted.Count,
            [.. accepted.Where(number => !there.ContainsKey(number)).Order()],
            [.. there.Where(static one => one.Value > 1).Select(static one => one.Key).Order()]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        stop.Dispose();
    }

    private async Task EndAsync()
    {
        await stop.CancelAsync();
        await posting;
        await Task.WhenAll(under.Keys);
    }

    private async Task PostAsync(TimeSpan interval)
    {
        using var clock = new PeriodicTimer(interval);
        var number = 0;
        try
        {
            while (await clock.WaitForNextTickAsync(stop.Token))
            {
                var delivery = DeliverAsync(++number);
                under[delivery] = 0;
                _ = delivery.ContinueWith(gone => under.TryRemove(gone, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
    }

    private async Task DeliverAsync(int number)
    {
        await Task.Yield();
        // An MTA tries for days; for two minutes is enough here, and then the message was never accepted.
        for (var attempt = 0; attempt < 120; attempt++)
        {
            if (await TryDeliverAsync(number))
            {
                accepted.Add(number);
                return;
            }
            await Task.Delay(BeforeAgain, TimeProvider.System);
        }
        tally.Note(Incident.Wrong, "lmtp", $"message {number} was never accepted");
    }

    private async Task<bool> TryDeliverAsync(int number)
    {
        using var limit = new CancellationTokenSource(Limit);
        var (step, isAccepted, begun) = (Incident.Refused, false, Tally.Now());
        try
        {
            await using var session = await LmtpSession.OpenAsync(site.At(MailSite.Lmtp), MailSite.Admin, site.Password, limit.Token);
            step = Incident.Dropped;
            await session.DeliverAsync(MailSite.Recipient, Message(number), Rest, limit.Token);
            isAccepted = true;
            await session.QuitAsync(limit.Token);
        }
        catch (Exception error)
        {
            tally.Note(step, "lmtp", error.Message, begun);
        }
        return isAccepted;
    }

    // The Message-ID is the same at each attempt: by it Cyrus knows a message that it has taken already (duplicatesuppression).
    private string Message(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"From: sender@mail.test\r\nTo: {MailSite.Recipient}@mail.test\r\nMessage-ID: <{number}.{run}@mail.test>\r\n{SubjectStart}{number} of {run}\r\n\r\nHello.");
}
