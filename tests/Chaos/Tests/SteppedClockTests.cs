using System.Diagnostics;
using System.Globalization;
using Chaos.Strikes;

namespace Chaos.Tests;

public sealed class SteppedClockTests
{
    // Both ways to ask: bash by gettimeofday, date by clock_gettime; but date is a program that bash starts, and so has the right time.
    [Fact]
    public async Task Only_the_process_itself_is_shown_another_time_and_afterwards_the_right_one_again_and_again()
    {
        if (!SteppedClock.IsPossible)
            return; // there is no code for this processor, and the faults are left out, too
        var stop = TestContext.Current.CancellationToken;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", "while read -r command; do eval \"$command\"; done"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await AskAsync(bash, "echo $EPOCHREALTIME", stop); // it runs

        foreach (var by in new[] { 1000, -1000 })
        {
            using (SteppedClock.Step(bash.Id, TimeSpan.FromSeconds(by)))
            {
                (await AheadAsync(bash, "echo $EPOCHREALTIME", stop)).ShouldBe(by, tolerance: 5);
                (await AheadAsync(bash, "date +%s.%N", stop)).ShouldBe(0, tolerance: 5);
            }
            (await AheadAsync(bash, "echo $EPOCHREALTIME", stop)).ShouldBe(0, tolerance: 5);
        }
        bash.StandardInput.Close();
        await bash.WaitForExitAsync(stop);
    }

    private static async Task<double> AheadAsync(Process bash, string question, CancellationToken stop) =>
        double.Parse(await AskAsync(bash, question, stop), CultureInfo.InvariantCulture) - (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static async Task<string> AskAsync(Process bash, string question, CancellationToken stop)
    {
        await bash.StandardInput.WriteLineAsync(question.AsMemory(), stop);
        await bash.StandardInput.FlushAsync(stop);
        return (await bash.StandardOutput.ReadLineAsync(stop))!;
    }
}
