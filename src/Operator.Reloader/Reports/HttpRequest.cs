using System.Text;

namespace Operator.Reloader.Reports;

/// <summary>The head of a request of HTTP/1.x (RFC 9112). What follows it is never read: each connection carries one request.</summary>
/// <param name="Method">As sent.</param>
/// <param name="Target">Path and query as sent.</param>
internal sealed record HttpRequest(string Method, string Target)
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _query = new(StringComparer.Ordinal);

    /// <summary>The target up to its query.</summary>
    public string Path => Target.Split('?', 2)[0];

    /// <summary>A header's value; null when there is none.</summary>
    public string? Header(string name) => _headers.GetValueOrDefault(name);

    /// <summary>A parameter of the query; null when there is none.</summary>
    public string? Query(string name) => _query.GetValueOrDefault(name);

    /// <summary>Reads a head without its empty line; null when it is none. Pure.</summary>
    public static HttpRequest? Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not [{ Length: > 0 } method, ['/', ..] target, "HTTP/1.1" or "HTTP/1.0"])
            return null;
        var request = new HttpRequest(method, target);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(' ', '\t'))
                return null;
            // A header given twice is the list of both (RFC 9110, section 5.3).
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
            request._headers[name] = request._headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }
        foreach (var pair in target.Split('?', 2).Skip(1).SelectMany(static query => query.Split('&')))
        {
            var parts = pair.Split('=', 2);
            request._query[parts[0]] = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
        }
        return request;
    }
}

/// <summary>An answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Body">May be empty.</param>
internal sealed record HttpAnswer(int Status, string ContentType, byte[] Body)
{
    /// <summary>A header of its own, or null.</summary>
    public (string Name, string Value)? Header { get; init; }

    /// <summary>A line of text.</summary>
    public static HttpAnswer Text(int status, string line) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Its head, the empty line included. Pure.</summary>
    public byte[] Head() => Encoding.Latin1.GetBytes(
        $"HTTP/1.1 {Status} {Reason}\r\n"
        + (Header is var (name, value) ? $"{name}: {value}\r\n" : "")
        + $"Content-Type: {ContentType}\r\nContent-Length: {Body.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n");

    private string Reason => Status switch
    {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}
