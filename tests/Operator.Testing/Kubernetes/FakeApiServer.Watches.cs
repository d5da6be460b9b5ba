using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Operator.Testing.Kubernetes;

public sealed partial class FakeApiServer
{
    private readonly List<FakeWatch> watches = [];

    /// <summary>A version that is too old is told as an ERROR event within a 200, as the watch cache does; else as a 410.</summary>
    public bool TellsGoneAsEvent { get; set; }

    /// <summary>Forgets the history, as etcd's compaction does: a watch that starts before now gets 410.</summary>
    public void Compact()
    {
        lock (gate)
            store.Compact();
    }

    /// <summary>Ends all watches cleanly, as their time-out does.</summary>
    public void EndWatches() => Close(watch => watch.End());

    /// <summary>Breaks all watches, as a lost connection does.</summary>
    public void BreakWatches() => Close(watch => watch.Break());

    /// <summary>Writes to all watches as it is; a line needs its line feed.</summary>
    public void SendToWatches(string text)
    {
        lock (gate)
        {
            foreach (var watch in watches)
                Send(watch, text);
        }
    }

    /// <summary>Sends an ERROR event to all watches and ends them.</summary>
    public void FailWatches(HttpStatusCode code, string reason, string message)
    {
        SendToWatches(Line("ERROR", Status((int)code, reason, message)));
        EndWatches();
    }

    /// <summary>Other kinds change: the version grows, and all watches get a bookmark with it.</summary>
    public void Bookmark()
    {
        lock (gate)
        {
            store.Tick(by: 10);
            var version = store.Version.ToString(CultureInfo.InvariantCulture);
            foreach (var watch in watches)
                Send(watch, Line("BOOKMARK", new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = version } }));
        }
    }

    private HttpResponseMessage Watch(FakePath path, FakeRequest request)
    {
        var from = long.Parse(request.Query("resourceVersion") ?? "0", CultureInfo.InvariantCulture);
        if (from < store.Oldest)
            return Gone(from);
        var watch = new FakeWatch(path, request);
        foreach (var change in store.Since(path, from).Where(change => Fits(change.Object, request)))
            Send(watch, Line(change.Type, change.Object));
        watches.Add(watch);
        return Stream(watch);
    }

    private HttpResponseMessage Gone(long version)
    {
        var message = $"too old resource version: {version} ({store.Oldest})";
        if (!TellsGoneAsEvent)
            return Failure(HttpStatusCode.Gone, "Expired", message);
        var watch = new FakeWatch(FakePath.Parse("/api/v1/none"), new FakeRequest("GET", "", null, "", null, null));
        Send(watch, Line("ERROR", Status(410, "Expired", message)));
        watch.End();
        return Stream(watch);
    }

    private void Tell(FakeChange? change)
    {
        if (change is null)
            return;
        foreach (var watch in watches.Where(watch => watch.Path.Collection == change.Path.Collection))
        {
            if ((watch.Path.Namespace is null || watch.Path.Namespace == change.Path.Namespace) && Fits(change.Object, watch.Request))
                Send(watch, Line(change.Type, change.Object));
        }
    }

    private void Close(Action<FakeWatch> how)
    {
        lock (gate)
        {
            watches.ForEach(how);
            watches.Clear();
        }
    }

    private static string Line(string type, JsonObject item) =>
        new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString() + "\n";

    /// <summary>The pipe never makes its writer wait, so nothing is left running here.</summary>
    private static void Send(FakeWatch watch, string text) => watch.SendAsync(text).GetAwaiter().GetResult();

    private static HttpResponseMessage Stream(FakeWatch watch) => new(HttpStatusCode.OK) { Content = new StreamContent(watch.Stream) };
}
