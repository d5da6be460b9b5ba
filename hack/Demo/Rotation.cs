using System.Diagnostics;
using System.Globalization;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace Demo;

/// <summary>The play: who is connected, what is served, the rotation, and what became of everybody.</summary>
internal sealed class Rotation(TextWriter output)
{
    private const string Space = "cyrus-demo";

    /// <summary>Plays it and returns the exit code: 0 when nothing was dropped, refused or stale.</summary>
    public async Task<int> PlayAsync(CancellationToken cancellationToken)
    {
        Say("A CyrusServer is applied: IMAP, IMAP over TLS and POP3, ten idle workers each.");
        var server = await MailServer.StartInAsync(Space, cancellationToken);
        Say("It is healthy. Twenty mail clients connect, and new ones keep coming.");
        await using var sessions = await LiveSessions.OpenAsync(server, cancellationToken);
        await using var connections = await NewConnections.StartAsync(server, cancellationToken);
        await connections.MoreAsync(30, cancellationToken);
        Row("in IMAP IDLE", "8", "IMAP over TLS, half-way through an APPEND", "6", "POP3, waiting", "6");
        await ShowServedAsync(server, "served before", cancellationToken);

        Say("The certificate is replaced: one write to Secret mail-tls. The workers, as the pod's sidecar sees them:");
        var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        var (healthy, took) = await RotateAsync(server, renewed, cancellationToken);
        var healthyAt = NewConnections.Now();
        await ShowServedAsync(server, "served after", cancellationToken);

        Say("All twenty sessions go on where they were: NOOP after IDLE, the rest of the message, STAT.");
        await sessions.GoOnAsync(cancellationToken);
        await connections.MoreAsync(60, cancellationToken);
        var attempts = await connections.StopAsync();
        return Tell(healthy, attempts, healthyAt, renewed, took);
    }

    private async Task<(CyrusServer Healthy, TimeSpan Took)> RotateAsync(
        MailServer server, TestCertificate renewed, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clock = new Stopwatch();
        using var view = new WorkerView(output, clock);
        var watching = server.WaitAsync(MailServer.Serves(renewed), cancellationToken);
        var following = view.FollowAsync(server, enough.Token);
        await server.WriteSecretAsync(renewed, cancellationToken);
        clock.Start();
        var healthy = await watching;
        var took = clock.Elapsed;
        await enough.CancelAsync();
        await following;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {took.TotalSeconds,6:0.00} s  RolloutHealthy=True"));
        return (healthy, took);
    }

    private async Task ShowServedAsync(MailServer server, string title, CancellationToken cancellationToken)
    {
        foreach (var (name, port, tls) in ((string, int, bool)[])[("imap", MailServer.Imap, false), ("imaps", MailServer.Imaps, true)])
        {
            await using var session = await ImapSession.OpenAsync(await server.AddressAsync(port, cancellationToken), tls, cancellationToken);
            Row(title, $"{name} {port}", "certificate", session.LeafSha256[..16]);
        }
    }

    private int Tell(
        CyrusServer healthy, IReadOnlyList<Attempt> attempts, long healthyAt, TestCertificate renewed, TimeSpan took)
    {
        var refused = attempts.Count(static attempt => attempt.Error is not null);
        var stale = attempts.Count(attempt => attempt.Begun > healthyAt && attempt.LeafSha256 is { } leaf && leaf != renewed.LeafSha256);
        Say(refused == 0 && stale == 0 ? "The rotation is proved." : "The rotation is NOT clean.");
        Row("sessions dropped", "0 of 20");
        Row("new connections", $"{attempts.Count}", "refused or broken", $"{refused}", "old certificate after healthy", $"{stale}");
        Row("from Secret write to RolloutHealthy", Seconds(took.TotalSeconds));
        foreach (var (phase, seconds) in healthy.Status!.LastRollout?.PhaseSeconds ?? new Dictionary<string, double>())
            Row("  in the pod: " + phase.ToLowerInvariant(), Seconds(seconds));
        Say("Everything keeps running. Three things to try next:");
        output.WriteLine($"    hack/kubectl -n {Space} get cyrusservers");
        output.WriteLine($"    hack/kubectl -n {Space} describe cyrusserver {MailServer.Name}");
        output.WriteLine(
            $"    hack/kubectl -n {Space} patch cyrusserver {MailServer.Name} --type merge -p '{{\"spec\":{{\"imapdConf\":\"admins cyrus\"}}}}'"
            + "   # a bad line; then describe it again");
        output.WriteLine($"  Remove it all: hack/demo down   (files in the pod are under {PodPaths.Generations})");
        return refused == 0 && stale == 0 ? 0 : 1;
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");

    private void Say(string sentence) => output.WriteLine($"\n  {sentence}");

    private void Row(params string[] cells)
    {
        for (var index = 0; index + 1 < cells.Length; index += 2)
            output.Write($"    {cells[index]}: {cells[index + 1]}");
        output.WriteLine();
    }
}
