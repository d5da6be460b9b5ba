using System.Text.Json;
using System.Xml.Linq;

namespace Sbom;

/// <summary>The NuGet packages of a program, from the .deps.json that lies beside its licence in the image; the .NET runtime is among them.</summary>
internal static class NuGetPackages
{
    // How a self-contained program names the package that its runtime came in.
    private const string RuntimePack = "runtimepack.";

    /// <summary>All of them, by name; none if there is no such file.</summary>
    /// <param name="root">The image's root directory.</param>
    /// <param name="cache">Where NuGet keeps what it has fetched: there the licences are read.</param>
    public static IReadOnlyList<Component> Read(string root, string cache) =>
    [
        .. Directory.GetDirectories(Path.Combine(root, "usr/share/doc"))
            .SelectMany(static folder => Directory.GetFiles(folder, "*.deps.json"))
            .SelectMany(file => Libraries(File.ReadAllText(file), cache))
            .OrderBy(static one => one.Name, StringComparer.Ordinal),
    ];

    private static List<Component> Libraries(string text, string cache)
    {
        using var document = JsonDocument.Parse(text);
        return
        [
            .. document.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(static one => one.Value.GetProperty("type").GetString() is "package" or "runtimepack")
                .Select(one => Describe(one.Name, one.Value, cache)),
        ];
    }

    private static Component Describe(string key, JsonElement library, string cache)
    {
        var parts = key.Split('/', 2);
        var name = parts[0].StartsWith(RuntimePack, StringComparison.Ordinal) ? parts[0][RuntimePack.Length..] : parts[0];
        var (license, authors) = ReadManifest(Path.Combine(cache, name.ToLowerInvariant(), parts[1], $"{name.ToLowerInvariant()}.nuspec"));
        return new Component
        {
            Name = name,
            Version = parts[1],
            PackageUrl = $"pkg:nuget/{name}@{Uri.EscapeDataString(parts[1])}",
            License = license,
            Supplier = authors is null ? null : $"Organization: {authors}",
            Checksum = Checksum(library),
        };
    }

    private static (string? License, string? Authors) ReadManifest(string path)
    {
        if (!File.Exists(path))
            return (null, null);
        var metadata = XDocument.Load(path).Root?.Elements().FirstOrDefault(static one => one.Name.LocalName == "metadata");
        var license = metadata?.Elements().FirstOrDefault(static one => one.Name.LocalName == "license" && (string?)one.Attribute("type") == "expression");
        return (license?.Value.Trim(), metadata?.Elements().FirstOrDefault(static one => one.Name.LocalName == "authors")?.Value.Trim());
    }

    // "sha512-" and the digest of the package in Base64; empty for runtime packs.
    private static (string Algorithm, string Value)? Checksum(JsonElement library)
    {
        const string prefix = "sha512-";
        return library.TryGetProperty("sha512", out var value) && value.GetString() is { } text && text.StartsWith(prefix, StringComparison.Ordinal)
            ? ("SHA512", Convert.ToHexStringLower(Convert.FromBase64String(text[prefix.Length..])))
            : null;
    }
}
