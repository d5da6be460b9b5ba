using System.Collections.Concurrent;

namespace MailLoad;

/// <summary>What went wrong for a client.</summary>
public enum Incident
{
    /// <summary>A session that was there has ended without being asked to.</summary>
    Dropped,

    /// <summary>A new connection got no session: refused, closed before its greeting, or without an answer for too long.</summary>
    Refused,

    /// <summary>The server answered something else than it must.</summary>
    Wrong,
}

/// <summary>Something that went wrong.</summary>
/// <param name="At">When it was noticed (<see cref="TimeProvider.GetTimestamp"/>).</param>
/// <param name="Begun">When the attempt was begun of which nothing came; the same for a session that was there.</param>
/// <param name="What">What it was.</param>
/// <param name="Client">Of which kind of client.</param>
/// <param name="Detail">In words.</param>
public sealed record Trouble(long At, long Begun, Incident What, string Client, string Detail);

/// <summary>A new connection that got as far as TLS.</summary>
/// <param name="Begun">When it was begun (<see cref="TimeProvider.GetTimestamp"/>).</param>
/// <param name="Ended">When it had said good-bye.</param>
/// <param name="Port">To which port.</param>
/// <param name="LeafSha256">What it was shown.</param>
/// <param name="Capabilities">What the server said that it can; empty when it was not asked, or the protocol is not IMAP.</param>
public sealed record Handshake(long Begun, long Ended, int Port, string LeafSha256, string Capabilities = "");

/// <summary>All that the clients have seen. Thread-safe.</summary>
public sealed class Tally
{
    private readonly ConcurrentQueue<Trouble> troubles = new();
    private readonly ConcurrentQueue<Handshake> handshakes = new();

    /// <summary>All that went wrong, in the order in which it was noticed.</summary>
    public IReadOnlyCollection<Trouble> Troubles => troubles;

    /// <summary>The new connections that ended well.</summary>
    public IReadOnlyCollection<Handshake> Handshakes => handshakes;

    /// <summary>The clock that every time here is read from.</summary>
    public static long Now() => TimeProvider.System.GetTimestamp();

    internal void Note(Incident what, string client, string detail, long? begun = null)
    {
        var now = Now();
        troubles.Enqueue(new(now, begun ?? now, what, client, detail));
    }

    internal void Note(Handshake handshake) => handshakes.Enqueue(handshake);
}
