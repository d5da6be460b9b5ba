namespace Operator.Kubernetes.Client;

/// <summary>As whom requests are made, other than the one whose credential they carry (kubernetes.io, "User impersonation").</summary>
/// <param name="UserName">The user, such as <c>system:serviceaccount:mail:default</c>.</param>
public sealed record Impersonation(string UserName)
{
    /// <summary>The user's uid; Kubernetes 1.22 and later.</summary>
    public string? Uid { get; init; }

    /// <summary>The user's groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Further facts about the user, each with its values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The headers; a key of <see cref="Extra"/> is escaped as in a URL, since a header's name takes few characters.</summary>
    internal List<KeyValuePair<string, string>> ToHeaders() =>
    [
        new("Impersonate-User", UserName),
        .. Uid is null ? [] : new KeyValuePair<string, string>[] { new("Impersonate-Uid", Uid) },
        .. Groups.Select(group => new KeyValuePair<string, string>("Impersonate-Group", group)),
        .. Extra.SelectMany(one => one.Value.Select(value =>
            new KeyValuePair<string, string>($"Impersonate-Extra-{Uri.EscapeDataString(one.Key)}", value))),
    ];
}
