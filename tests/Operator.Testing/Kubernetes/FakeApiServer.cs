using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Operator.Testing.Kubernetes;

/// <summary>
/// An API server in memory, as the handler of an HttpClient: get, list with pages, watch, create, patch, apply, delete, of any kind.
/// It knows no schemas and no field managers: apply merges. <see cref="Intercept"/> makes it misbehave.
/// </summary>
public sealed partial class FakeApiServer : HttpMessageHandler
{
    private readonly Lock gate = new();
    private readonly FakeStore store = new();
    private readonly List<FakeRequest> requests = [];
    private TaskCompletionSource requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asked first; what it returns is the answer, null leaves it to the server.</summary>
    public Func<FakeRequest, HttpResponseMessage?>? Intercept { get; set; }

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (gate)
                return [.. requests];
        }
    }

    /// <summary>The newest resourceVersion.</summary>
    public string ResourceVersion
    {
        get
        {
            lock (gate)
                return store.Version.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>An answer with a Status object, as the real server words failures.</summary>
    public static HttpResponseMessage Failure(HttpStatusCode code, string reason, string message, int? retryAfter = null)
    {
        var answer = Json(code, Status((int)code, reason, message));
        if (retryAfter is not null)
            answer.Headers.Add("Retry-After", retryAfter.Value.ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    /// <summary>Creates or replaces an object as somebody else would; watches tell it.</summary>
    /// <param name="path">Such as <c>/api/v1/namespaces/default/configmaps/one</c>.</param>
    /// <param name="json">The object; name, namespace, uid and version are set.</param>
    public void Put(string path, string json)
    {
        lock (gate)
            Tell(store.Put(FakePath.Parse(path), JsonNode.Parse(json)!.AsObject()));
    }

    /// <summary>Deletes an object as somebody else would.</summary>
    public void Remove(string path)
    {
        lock (gate)
            Tell(store.Delete(FakePath.Parse(path)));
    }

    /// <summary>The object at the path; null when there is none.</summary>
    public JsonObject? Find(string path)
    {
        lock (gate)
            return store.Get(FakePath.Parse(path))?.DeepClone().AsObject();
    }

    /// <summary>Waits until so many requests have come that fit.</summary>
    public async Task WaitForAsync(Func<FakeRequest, bool> fits, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signal;
            lock (gate)
            {
                if (requests.Count(fits) >= count)
                    return;
                signal = requested.Task;
            }
            await signal.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        var seen = new FakeRequest(
            request.Method.Method,
            request.RequestUri!.PathAndQuery,
            request.Headers.Authorization?.ToString(),
            request.Headers.GetValues("Accept").Single(),
            request.Content?.Headers.ContentType?.MediaType,
            body);
        HttpResponseMessage answer;
        lock (gate)
        {
            answer = Intercept?.Invoke(seen) ?? Answer(seen);
            requests.Add(seen);
            requested.TrySetResult();
            requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        answer.RequestMessage = request;
        return answer;
    }

    private HttpResponseMessage Answer(FakeRequest request)
    {
        var path = FakePath.Parse(request.Path);
        return (request.Method, path.Name) switch
        {
            ("GET", null) when request.IsWatch => Watch(path, request),
            ("GET", null) => List(path, request),
            ("GET", _) => store.Get(path) is { } found ? Json(HttpStatusCode.OK, found) : NotFound(path),
            ("POST", null) => Create(path, request.Json),
            ("PATCH", not null) => Patch(path, request),
            ("DELETE", not null) => Delete(path),
            _ => Failure(HttpStatusCode.MethodNotAllowed, "MethodNotAllowed", request.Method),
        };
    }

    private HttpResponseMessage List(FakePath path, FakeRequest request)
    {
        var from = int.Parse(request.Query("continue") ?? "0", CultureInfo.InvariantCulture);
        var limit = int.Parse(request.Query("limit") ?? "1000000", CultureInfo.InvariantCulture);
        var all = store.List(path).Where(one => Fits(one, request)).ToList();
        var items = new JsonArray([.. all.Skip(from).Take(limit).Select(one => one.DeepClone())]);
        var metadata = new JsonObject { ["resourceVersion"] = store.Version.ToString(CultureInfo.InvariantCulture) };
        if (from + limit < all.Count)
            metadata["continue"] = (from + limit).ToString(CultureInfo.InvariantCulture);
        return Json(HttpStatusCode.OK, new JsonObject { ["metadata"] = metadata, ["items"] = items });
    }

    private HttpResponseMessage Create(FakePath collection, JsonObject body)
    {
        var path = collection with { Name = body["metadata"]?["name"]?.ToString() };
        if (store.Get(path) is not null)
            return Failure(HttpStatusCode.Conflict, "AlreadyExists", $"{path.Collection} \"{path.Name}\" already exists");
        Tell(store.Put(path, body));
        return Json(HttpStatusCode.Created, store.Get(path)!);
    }

    private HttpResponseMessage Patch(FakePath path, FakeRequest request)
    {
        var old = store.Get(path);
        var isApply = request.ContentType == "application/apply-patch+yaml";
        if (old is null && (!isApply || path.Subresource is not null))
            return NotFound(path);
        var version = request.Json["metadata"]?["resourceVersion"]?.ToString();
        if (version is not null && version != old?["metadata"]?["resourceVersion"]?.ToString())
            return Failure(HttpStatusCode.Conflict, "Conflict", "the object has been modified");
        var merged = old?.DeepClone().AsObject() ?? [];
        Merge(merged, request.Json);
        Tell(store.Put(path with { Subresource = null }, merged));
        return Json(old is null ? HttpStatusCode.Created : HttpStatusCode.OK, store.Get(path)!);
    }

    private HttpResponseMessage Delete(FakePath path)
    {
        if (store.Delete(path) is not { } change)
            return NotFound(path);
        Tell(change);
        return Json(HttpStatusCode.OK, change.Object);
    }

    /// <summary>RFC 7396.</summary>
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else if (value is JsonObject inner && target[name] is JsonObject existing)
                Merge(existing, inner);
            else
                target[name] = value.DeepClone();
        }
    }

    /// <summary>Equality selectors only.</summary>
    private static bool Fits(JsonObject item, FakeRequest request)
    {
        var labels = request.Query("labelSelector")?.Split(',') ?? [];
        var name = request.Query("fieldSelector");
        return labels.All(one => item["metadata"]?["labels"]?[one.Split('=')[0]]?.ToString() == one.Split('=')[^1])
            && (name is null || name == $"metadata.name={item["metadata"]?["name"]}");
    }

    private static HttpResponseMessage NotFound(FakePath path) =>
        Failure(HttpStatusCode.NotFound, "NotFound", $"{path.Collection} \"{path.Name}\" not found");

    private static HttpResponseMessage Json(HttpStatusCode code, JsonNode body) =>
        new(code) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };

    private static JsonObject Status(int code, string reason, string message) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["code"] = code,
    };
}
