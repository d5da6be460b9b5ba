using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sbom;

/// <summary>Writes what is in an image as SPDX 2.3 in JSON. The same image gives the same text.</summary>
internal static partial class SpdxDocument
{
    private const string Document = "SPDXRef-DOCUMENT";
    private const string Image = "SPDXRef-Image";
    private const string Program = "SPDXRef-Program";
    private const string Unknown = "NOASSERTION";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document.</summary>
    /// <param name="image">The image itself.</param>
    /// <param name="system">Packages that lie in the image as files of their own.</param>
    /// <param name="linked">Packages that are part of the program.</param>
    public static string Write(ImageFacts image, IReadOnlyList<Component> system, IReadOnlyList<Component> linked)
    {
        var packages = new JsonArray(ImagePackage(image), Package(Program, image.Program, "APPLICATION"));
        var relationships = new JsonArray(Relationship(Document, "DESCRIBES", Image), Relationship(Image, "CONTAINS", Program));
        foreach (var (one, kind) in system.Select(static one => (one, "Debian")).Concat(linked.Select(static one => (one, "NuGet"))))
        {
            var id = $"SPDXRef-{kind}-{NotAllowed().Replace(one.Name, "-")}";
            packages.Add(Package(id, one, "LIBRARY"));
            relationships.Add(Relationship(kind == "Debian" ? Image : Program, "CONTAINS", id));
        }
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(packages.ToJsonString(Layout))));
        return new JsonObject
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = Document,
            ["name"] = $"{image.Name}-{image.Version}",
            // A name only, and one of its own for each content, as the specification asks for; there is nothing at this address.
            ["documentNamespace"] = $"https://cyrus-operator.dev/spdx/{Uri.EscapeDataString(image.Name)}-{image.Version}-{digest}",
            ["creationInfo"] = new JsonObject
            {
                ["created"] = image.Created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                ["creators"] = new JsonArray($"Tool: cyrus-operator-hack-images-{image.Version}"),
            },
            ["documentDescribes"] = new JsonArray(Image),
            ["packages"] = packages,
            ["relationships"] = relationships,
        }.ToJsonString(Layout) + "\n";
    }

    private static JsonObject ImagePackage(ImageFacts image)
    {
        var package = Package(
            Image,
            new Component { Name = image.Name, Version = image.Version, Checksum = ("SHA256", image.ArchiveDigest) },
            "CONTAINER");
        package["packageFileName"] = image.Archive;
        return package;
    }

    private static JsonObject Package(string id, Component one, string purpose)
    {
        var package = new JsonObject
        {
            ["SPDXID"] = id,
            ["name"] = one.Name,
            ["versionInfo"] = one.Version,
            ["supplier"] = one.Supplier ?? Unknown,
            ["downloadLocation"] = Unknown,
            ["filesAnalyzed"] = false,
            ["licenseConcluded"] = Unknown,
            ["licenseDeclared"] = one.License ?? Unknown,
            ["copyrightText"] = Unknown,
            ["primaryPackagePurpose"] = purpose,
        };
        if (one.Source is { } source)
            package["sourceInfo"] = $"built from source package {source}";
        if (one.Checksum is { } checksum)
            package["checksums"] = new JsonArray(new JsonObject { ["algorithm"] = checksum.Algorithm, ["checksumValue"] = checksum.Value });
        if (one.PackageUrl is { } url)
        {
            package["externalRefs"] = new JsonArray(new JsonObject
            {
                ["referenceCategory"] = "PACKAGE-MANAGER",
                ["referenceType"] = "purl",
                ["referenceLocator"] = url,
            });
        }
        return package;
    }

    private static JsonObject Relationship(string from, string type, string to) => new()
    {
        ["spdxElementId"] = from,
        ["relationshipType"] = type,
        ["relatedSpdxElement"] = to,
    };

    // What an SPDX identifier may hold: letters, digits, "." and "-".
    [GeneratedRegex("[^A-Za-z0-9.-]")]
    private static partial Regex NotAllowed();
}
