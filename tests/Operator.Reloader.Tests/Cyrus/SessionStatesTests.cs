using System.Globalization;
using System.Security.Authentication;
using Operator.Reloader.Processes;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>
/// A session in each state on one server, and one signal. Straight to the master it drops most of them, in 3.6 as in 3.10; through the engine
/// it drops none. The table is <see cref="SessionState.All"/>.
/// </summary>
[Trait("needs", "cyrus")]
public sealed class SessionStatesTests(ITestOutputHelper output)
{
    private const int Hangup = 1;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signal_to_the_master_drops_every_session_but_those_at_rest()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);
        await cyrus.StopEngineAsync(); // it would look after what is old
        var sessions = await OpenAllAsync(cyrus);
        var master = int.Parse((await File.ReadAllTextAsync(cyrus.Layout.PidFile, Stop)).Trim(), CultureInfo.InvariantCulture);

        var idle = cyrus.Workers().Where(static worker => worker.State == WorkerState.Idle && worker.Service != "notify").Select(static worker => worker.Pid).ToHashSet();
        Posix.Send(master, Hangup).ShouldBe(0);
        // The master signals all its children before it starts the next one.
        await cyrus.UntilAsync(() => !cyrus.Workers().Any(worker => idle.Contains(worker.Pid)), Stop);

        (await GoOnAsync(sessions)).ShouldBe(SessionState.All.ToDictionary(static state => state.Name, static state => state.SurvivesMaster));
    }

    [Fact]
    public async Task Reload_through_the_engine_drops_no_session_in_any_state()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AllServices.AddTo);
        var sessions = await OpenAllAsync(cyrus);
        var bundle = cyrus.NewBundle();

        cyrus.Publish(bundle);
        await cyrus.WaitForHealthyAsync(bundle, Stop);

        (await GoOnAsync(sessions)).ShouldBe(SessionState.All.ToDictionary(static state => state.Name, static _ => true));
    }

    private static async Task<List<Dialogue>> OpenAllAsync(RealCyrus cyrus)
    {
        // A never-used service may still be starting: then the client waits in its backlog, and its session begins a little later.
        var sessions = new List<Dialogue>();
        foreach (var state in SessionState.All)
        {
            var dialogue = new Dialogue(await MailConnection.OpenAsync(state.At(cyrus.Layout), tls: false, Stop), Stop);
            sessions.Add(dialogue);
            await state.Enter(dialogue);
            await dialogue.SayAsync(state.Typed);
        }
        await cyrus.UntilAsync(() => InSession(cyrus) == SessionState.All.Count, Stop);
        await cyrus.UntilAsync(() => cyrus.Workers().All(static worker => worker.State != WorkerState.Starting), Stop);
        return sessions;
    }

    private static int InSession(RealCyrus cyrus) => cyrus.Workers().Count(static worker => worker.State == WorkerState.InSession);

    /// <summary>Goes on with each session, says which went on to its proper answer, and closes it.</summary>
    private async Task<Dictionary<string, bool>> GoOnAsync(List<Dialogue> sessions)
    {
        var survived = new Dictionary<string, bool>();
        foreach (var (state, dialogue) in SessionState.All.Zip(sessions))
        {
            try
            {
                await state.GoOn(dialogue);
                survived[state.Name] = true;
            }
            catch (Exception error) when (error is IOException or MailException or AuthenticationException)
            {
                survived[state.Name] = false;
                output.WriteLine($"{state.Name}: {error.Message}");
            }
            await dialogue.Connection.DisposeAsync();
        }
        return survived;
    }
}
