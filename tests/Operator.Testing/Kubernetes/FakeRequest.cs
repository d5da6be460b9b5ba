using System.Text.Json.Nodes;

namespace Operator.Testing.Kubernetes;

/// <summary>A request as the fake server got it.</summary>
/// <param name="Method">GET, POST, PATCH or DELETE.</param>
/// <param name="PathAndQuery">As sent.</param>
/// <param name="Authorization">The whole header, or null.</param>
/// <param name="Accept">The whole header.</param>
/// <param name="ContentType">The body's media type, or null.</param>
/// <param name="Body">The body, or null.</param>
public sealed record FakeRequest(
    string Method, string PathAndQuery, string? Authorization, string Accept, string? ContentType, string? Body)
{
    /// <summary>The path alone.</summary>
    public string Path => PathAndQuery.Split('?')[0];

    /// <summary>This is a watch.</summary>
    public bool IsWatch => Query("watch") == "true";

    /// <summary>The body as JSON.</summary>
    public JsonObject Json => JsonNode.Parse(Body ?? "{}")!.AsObject();

    /// <summary>A parameter of the query, unescaped; null when it is not there.</summary>
    public string? Query(string name)
    {
        var query = PathAndQuery.Split('?', 2);
        var pairs = query.Length == 1 ? [] : query[1].Split('&');
        var pair = pairs.FirstOrDefault(one => one.StartsWith(name + "=", StringComparison.Ordinal));
        return pair is null ? null : Uri.UnescapeDataString(pair[(name.Length + 1)..]);
    }
}

/// <summary>What a path means: collection, namespace, name, subresource.</summary>
internal sealed record FakePath(string Collection, string? Namespace, string? Name, string? Subresource)
{
    /// <summary><c>/api/v1/namespaces/NS/pods/NAME/status</c>, <c>/apis/GROUP/VERSION/...</c> and their collections.</summary>
    public static FakePath Parse(string path)
    {
        var parts = path.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var root = parts[0] == "api" ? 2 : 3;
        var prefix = string.Join('/', parts[..root]);
        var rest = parts[root..];
        var isInNamespace = rest.Length > 2 && rest[0] == "namespaces";
        var @namespace = isInNamespace ? rest[1] : null;
        rest = isInNamespace ? rest[2..] : rest;
        return new FakePath($"{prefix}/{rest[0]}", @namespace, rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2));
    }
}
