namespace Sbom;

/// <summary>The Debian packages of an image, from dpkg's database, or from the directory that stands for it in an image without dpkg.</summary>
internal static class DebianPackages
{
    /// <summary>All of them, by name.</summary>
    /// <param name="root">The image's root directory.</param>
    /// <param name="suite">Codename of the Debian release.</param>
    public static IReadOnlyList<Component> Read(string root, string suite) =>
    [
        .. Databases(root)
            .SelectMany(static file => ControlFile.Paragraphs(File.ReadAllText(file)))
            .Where(IsInstalled)
            .Select(fields => Describe(root, suite, fields))
            .OrderBy(static one => one.Name, StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Databases(string root)
    {
        var status = Path.Combine(root, "var/lib/dpkg/status");
        var folder = Path.Combine(root, "var/lib/dpkg/status.d");
        if (File.Exists(status))
            yield return status;
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.GetFiles(folder))
            yield return file;
    }

    // The files in status.d are control data as they are in the package, which has no state yet.
    private static bool IsInstalled(IReadOnlyDictionary<string, string> fields) =>
        fields.ContainsKey("Package") && fields.GetValueOrDefault("Status", "install ok installed").EndsWith(" installed", StringComparison.Ordinal);

    private static Component Describe(string root, string suite, IReadOnlyDictionary<string, string> fields)
    {
        var (name, version, architecture) = (fields["Package"], fields["Version"], fields["Architecture"]);
        var copyright = Path.Combine(root, "usr/share/doc", name, "copyright");
        return new Component
        {
            Name = name,
            Version = version,
            PackageUrl = $"pkg:deb/debian/{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(version)}?arch={architecture}&distro={suite}",
            License = File.Exists(copyright) ? DebianLicense.Of(File.ReadAllText(copyright)) : null,
            Supplier = fields.GetValueOrDefault("Maintainer") is { } maintainer ? $"Organization: {maintainer.Replace('<', '(').Replace('>', ')')}" : null,
            Source = Source(name, version, fields.GetValueOrDefault("Source")),
        };
    }

    // "Source: name (version)"; name and version are left out where they are the package's own.
    private static string Source(string name, string version, string? source)
    {
        var parts = (source ?? name).Split(' ', 2);
        return $"{parts[0]} {(parts.Length > 1 ? parts[1].Trim('(', ')') : version)}";
    }
}
