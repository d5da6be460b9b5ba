using System.Text.Json;
using Operator.Entities.Contract;

namespace Operator.Entities.Tests.Contract;

/// <summary>Reports of sidecars that are older or newer than the operator.</summary>
public sealed class ReloadReportTests
{
    [Fact]
    public void A_report_of_version_0_is_read_with_the_defaults_of_what_it_lacks()
    {
        var report = Read("""
            {"instance":"a","revision":12,"desired":"d1","mounted":"d1","active":"d1","served":"d1","phase":"Healthy",
             "workers":{"fresh":20,"stale":0,"draining":2},
             "certificates":[{"service":"imaps","port":993,"sha256":"ab","subject":"CN=mail","notAfter":"2026-12-01T00:00:00+00:00"}],
             "phaseSeconds":{"Checking":0.4}}
            """);

        report.Version.ShouldBe(0);
        report.IsHealthyFor("d1").ShouldBeTrue();
        report.Workers.ShouldBe(new WorkerCounts { Fresh = 20, Draining = 2 });
        (report.Nudge, report.AtRisk, report.NeedsRestart, report.Disconnected).ShouldBe((0, 0, false, new DisconnectedSessions(0, 0)));
        report.PendingRestart.ShouldBeEmpty();
        report.Saturated.ShouldBeEmpty();
    }

    [Fact]
    public void A_report_of_version_2_is_read_past_what_is_not_known()
    {
        var report = Read("""
            {"version":2,"instance":"a","revision":12,"desired":"d1","active":"d1","served":"d1","phase":"Rehearsing","rehearsal":{"of":["d1"]},
             "workers":{"fresh":20,"stale":0,"asleep":3},"phaseSeconds":{"Rehearsing":0.4}}
            """);

        (report.Version, report.Phase).ShouldBe((2, ReloadPhase.Unknown));
        report.IsHealthyFor("d1").ShouldBeFalse();
        report.Workers.Fresh.ShouldBe(20);
        report.PhaseSeconds["Rehearsing"].ShouldBe(0.4);
    }

    [Theory]
    [InlineData("\"7\"")]
    [InlineData("\"healthy\"")]
    [InlineData("\" Healthy\"")]
    [InlineData("\"Healthy, Failed\"")]
    [InlineData("\"\"")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("""{"of":["Healthy"]}""")]
    public void What_is_no_known_word_is_an_unknown_phase(string phase)
    {
        var report = Read($$"""{"instance":"a","revision":12,"phase":{{phase}},"nudge":5}""");

        (report.Phase, report.Nudge).ShouldBe((ReloadPhase.Unknown, 5));
    }

    [Fact]
    public void Every_phase_is_read_as_it_is_written()
    {
        foreach (var phase in Enum.GetValues<ReloadPhase>())
        {
            var report = new ReloadReport { Instance = "a", Revision = 1, Phase = phase };

            var json = JsonSerializer.Serialize(report, ContractJson.Default.ReloadReport);

            json.ShouldContain($"\"phase\":\"{phase}\"");
            Read(json).Phase.ShouldBe(phase);
        }
    }

    [Fact]
    public void Settings_of_an_older_operator_have_the_defaults_of_what_they_lack()
    {
        ReloadSettings.FromJson("{}"u8).ShouldBe(new ReloadSettings());
        ReloadSettings.FromJson("""{"quietTimeoutSeconds":0,"newer":true}"""u8).ShouldBe(new ReloadSettings { QuietTimeoutSeconds = 0 });
        new ReloadSettings { RestartAfterSeconds = 31 }.ShouldNotBe(new ReloadSettings());
    }

    private static ReloadReport Read(string json) => JsonSerializer.Deserialize(json, ContractJson.Default.ReloadReport)!;
}
