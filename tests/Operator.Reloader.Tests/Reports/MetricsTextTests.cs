using Operator.Entities.Contract;
using Operator.Reloader.Reports;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reports;

public sealed class MetricsTextTests
{
    [Fact]
    public void The_metrics_of_a_report_are_as_committed()
    {
        var outcomes = new ReloadOutcomes();
        outcomes.Count(ReloadOutcome.Served);
        outcomes.Count(ReloadOutcome.Served);
        outcomes.Count(ReloadOutcome.Refused);
        var text = MetricsText.Write(
            new ReloadReport
            {
                Instance = "i",
                Revision = 9,
                Phase = ReloadPhase.AwaitingQuiet,
                Desired = new string('d', 64),
                Active = "short",
                Message = "user alice, password wonderland",
                Workers = new WorkerCounts { Fresh = 10, Stale = 1, Draining = 2, Starting = 3, Sessions = 4 },
                Saturated = [new SaturatedService("pop3", 20, 7)],
                PhaseSeconds = new Dictionary<string, double> { ["Proving"] = 0.25, ["AwaitingQuiet"] = 12 },
                Certificates = [Certificate("imaps", 2), Certificate("imaps", 1), Certificate("a\"b\\c\nd", 3)],
            },
            outcomes,
            "1.2.3");

        text.ShouldBe(Golden.Expected("tests/Operator.Reloader.Tests/Reports/Golden/metrics.txt", text));
        text.ShouldNotContain("wonderland");
    }

    private static ServedCertificate Certificate(string service, int days) => new()
    {
        Service = service,
        Port = 993,
        Sha256 = "ab",
        Subject = "CN=mail",
        NotAfter = DateTimeOffset.UnixEpoch.AddDays(days),
    };
}
