namespace Operator.Kubernetes.Client;

/// <summary>
/// As whom requests are made, other than the one whose credential they carry (kubernetes.io, "User impersonation"). One group, and one
/// value for each further fact: HttpClient joins several values of a header with commas (RFC 9110 section 5.3 allows it), and the API
/// server would take them for one name.
/// </summary>
/// <param name="UserName">The user, such as <c>system:serviceaccount:mail:default</c>.</param>
public sealed record Impersonation(string UserName)
{
    /// <summary>The user's uid; Kubernetes 1.22 and later.</summary>
    public string? Uid { get; init; }

    /// <summary>The user's group, beside those that the server adds.</summary>
    public string? Group { get; init; }

    /// <summary>Further facts about the user.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    /// <summary>The headers; a key of <see cref="Extra"/> is escaped as in a URL, since a header's name takes few characters.</summary>
    internal Dictionary<string, string> ToHeaders()
    {
        var headers = Extra.ToDictionary(one => $"Impersonate-Extra-{Uri.EscapeDataString(one.Key)}", one => one.Value);
        headers["Impersonate-User"] = UserName;
        if (Uid is not null)
            headers["Impersonate-Uid"] = Uid;
        if (Group is not null)
            headers["Impersonate-Group"] = Group;
        return headers;
    }
}
