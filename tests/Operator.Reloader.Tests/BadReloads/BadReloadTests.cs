using System.Collections.Concurrent;
using System.Diagnostics;
using Operator.Entities.Contract;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.BadReloads;

/// <summary>
/// Every fault twice: on the real server alone, reloaded the classic way, and through us. Where the server alone would die or lose a listener,
/// through us it serves on, and the message names the file, the line and the cause.
/// </summary>
[Trait("needs", "cyrus")]
public sealed class BadReloadTests(ITestOutputHelper output)
{
    private const int AtATime = 4;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Bad_imapd_conf() => TryAsync(ImapdConfFaults.All);

    [Fact]
    public Task Bad_cyrus_conf() => TryAsync(CyrusConfFaults.All);

    [Fact]
    public Task Bad_certificate() => TryAsync(CertificateFaults.All);

    private async Task TryAsync(IReadOnlyList<BadReload> faults)
    {
        var alone = await AloneAsync(faults);
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = 1 });
        await using var session = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop);
        var wrong = new List<string>();
        foreach (var fault in faults)
        {
            var since = Stopwatch.GetTimestamp();
            var (outcome, detail) = alone[fault.Name];
            var complaint = outcome == fault.Alone ? null : $"alone: {outcome} ({detail}), not {fault.Alone}";
            var (message, problem) = await ThroughUsAsync(cyrus, fault);
            complaint = string.Join("; ", new[] { complaint, problem }.OfType<string>());
            output.WriteLine(
                $"{(complaint.Length > 0 ? "WRONG" : "ok"),-5} {fault.Name,-45} alone: {outcome,-10} through us ({Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s): {message}");
            if (complaint.Length > 0)
                wrong.Add($"{fault.Name}: {complaint} | {message} | {detail}");
        }
        await session.CommandAsync("CAPA", Stop);
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    private static async Task<ConcurrentDictionary<string, (Alone Outcome, string Detail)>> AloneAsync(IReadOnlyList<BadReload> faults)
    {
        var outcomes = new ConcurrentDictionary<string, (Alone, string)>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = Stop };
        await Parallel.ForEachAsync(faults, options, async (fault, stop) =>
        {
            try
            {
                outcomes[fault.Name] = await ServerAlone.TryAsync(fault, stop);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new InvalidOperationException($"The fault '{fault.Name}' could not be tried.", error);
            }
        });
        return outcomes;
    }

    private static async Task<(string Message, string? Problem)> ThroughUsAsync(RealCyrus cyrus, BadReload fault)
    {
        var before = (await cyrus.ReportAsync(Stop)).Active;
        var context = new FaultContext(TestCertificate.Create(TimeProvider.System.GetUtcNow()), cyrus.First!.Certificate);
        // The same settings as in production: cyrus.conf may change although a session lives.
        var bundle = cyrus.First with { Certificate = context.Certificate, Spoil = files => fault.Spoil(files, context) };
        cyrus.Publish(bundle);
        var report = await cyrus.WaitForAsync(
            seen => seen.Nudge == cyrus.Nudge
                && ((seen.Rejected == bundle.Digest && seen.Phase == ReloadPhase.Failed) || seen.Phase == ReloadPhase.AwaitingQuiet || seen.IsHealthyFor(bundle.Digest)),
            Stop);

        var message = $"{report.Reason}: {report.Message}";
        var lost = await ServerAlone.LostAsync(cyrus.Layout, Stop);
        if (lost.Count > 0)
            return (message, "through us: lost " + string.Join("; ", lost));
        if (fault.Mention.Length == 0)
            return (message, report.Phase == ReloadPhase.Failed ? "through us: refused" : null);
        if (report.Phase != ReloadPhase.Failed || report.Active != before)
            return (message, $"through us: {report.Phase}");
        var missing = fault.Mention.Where(part => report.Message?.Contains(part, StringComparison.Ordinal) != true).ToList();
        return (message, missing.Count > 0 ? $"the message lacks '{string.Join("', '", missing)}'" : null);
    }
}
