using System.Text.Json.Nodes;
using Sbom;

namespace Operator.Tests.Repository;

/// <summary>The list of contents that hack/images writes beside an image, on small images made here.</summary>
public sealed class SbomTests : IDisposable
{
    private const string Maintained = "Maintainer: Some Team <team@example.org>\nArchitecture: amd64\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sbom-");

    public static TheoryData<string, string?> Licenses => new()
    {
        { "Format: x\nLicense: GPL-2+\n\nFiles: *\nLicense: Expat\n", "GPL-2.0-or-later" },
        { "Format: x\n\nFiles: debian/*\nLicense: GPL-3\n\nFiles: *\nCopyright: somebody\nLicense: Expat\n Permission is granted\n", "MIT" },
        { "Format: x\n\nFiles: *\nLicense: LGPL-2.1+ or MPL-1.1\n", "LGPL-2.1-or-later OR MPL-1.1" },
        { "Format: x\n\nFiles: *\nLicense: BSD-3-clause and ISC\n", "BSD-3-Clause AND ISC" },
        { "Format: x\n\nFiles: *\nLicense: GPL-2+ or homemade\n", null },
        { "Format: x\n\nFiles: *\nLicense: public-domain\n", null },
        { "Format: x\n\nFiles: src/*\nLicense: Expat\n", null },
        { "This is free software.\n\nLicense: Expat\n", null },
        { "", null },
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Every_installed_package_of_dpkgs_database_is_named()
    {
        Put("var/lib/dpkg/status", $"""
            Package: libssl3
            Status: install ok installed
            {Maintained}Source: openssl
            Version: 3.0.22-1~deb12u2

            Package: gone
            Status: deinstall ok config-files
            {Maintained}Version: 1

            Package: libc++1
            Status: hold ok installed
            {Maintained}Source: llvm (16.0)
            Version: 1:16.0+b1

            """);

        var packages = DebianPackages.Read(folder.FullName, "bookworm");

        packages.Select(static one => one.PackageUrl).ShouldBe(
        [
            "pkg:deb/debian/libc%2B%2B1@1%3A16.0%2Bb1?arch=amd64&distro=bookworm",
            "pkg:deb/debian/libssl3@3.0.22-1~deb12u2?arch=amd64&distro=bookworm",
        ]);
        packages.Select(static one => one.Source).ShouldBe(["llvm 16.0", "openssl 3.0.22-1~deb12u2"]);
        packages[0].Supplier.ShouldBe("Organization: Some Team (team@example.org)");
    }

    [Fact]
    public void In_an_image_without_dpkg_each_file_of_its_stand_in_is_a_package()
    {
        Put("var/lib/dpkg/status.d/libc6", $"Package: libc6\nSource: glibc\nVersion: 2.36\n{Maintained}");
        Put("var/lib/dpkg/status.d/base-files", $"Package: base-files\nVersion: 12.4\n{Maintained}");
        Put("usr/share/doc/base-files/copyright", "Format: x\nLicense: GPL-2+\n");

        var packages = DebianPackages.Read(folder.FullName, "trixie");

        packages.Select(static one => $"{one.Name} {one.Version} {one.License}").ShouldBe(["base-files 12.4 GPL-2.0-or-later", "libc6 2.36 "]);
    }

    [Theory]
    [MemberData(nameof(Licenses))]
    public void A_licence_is_what_the_copyright_file_says_of_the_whole(string copyright, string? license) => DebianLicense.Of(copyright).ShouldBe(license);

    [Fact]
    public void Every_package_of_the_program_is_named_and_so_is_its_runtime()
    {
        Put("usr/share/doc/ours/ours.deps.json", """
            {"libraries": {
              "ours/0.1.0": {"type": "project", "sha512": ""},
              "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.12": {"type": "runtimepack", "sha512": ""},
              "YamlDotNet/18.1.0": {"type": "package", "sha512": "sha512-AQID"}
            }}
            """);
        Put("nuget/yamldotnet/18.1.0/yamldotnet.nuspec", """
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata><authors>Somebody</authors><license type="expression">MIT</license></metadata>
            </package>
            """);

        var packages = NuGetPackages.Read(folder.FullName, Path.Combine(folder.FullName, "nuget"));

        packages.Select(static one => one.PackageUrl).ShouldBe(
            ["pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@10.0.12", "pkg:nuget/YamlDotNet@18.1.0"]);
        packages[0].License.ShouldBeNull();
        packages[1].ShouldBe(packages[1] with { License = "MIT", Supplier = "Organization: Somebody", Checksum = ("SHA512", "010203") });
    }

    [Fact]
    public void The_document_has_what_SPDX_2_3_demands()
    {
        var document = Write(Image(), [Library("libc++1")], [Library("YamlDotNet")]);

        Text(document, "spdxVersion").ShouldBe("SPDX-2.3");
        Text(document, "dataLicense").ShouldBe("CC0-1.0");
        Text(document, "SPDXID").ShouldBe("SPDXRef-DOCUMENT");
        Text(document, "name").ShouldBe("ours-0.1.0");
        Uri.IsWellFormedUriString(Text(document, "documentNamespace"), UriKind.Absolute).ShouldBeTrue();
        Text(document["creationInfo"]!, "created").ShouldBe("2026-11-25T00:00:00Z");
        document["creationInfo"]!["creators"]!.AsArray().Select(static one => (string)one!).ShouldAllBe(static one => one.StartsWith("Tool: "));
        foreach (var package in document["packages"]!.AsArray())
        {
            foreach (var field in (string[])["SPDXID", "name", "versionInfo", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"])
                Text(package!, field).ShouldNotBeNullOrEmpty();
            Text(package!, "SPDXID").ShouldMatch("^SPDXRef-[A-Za-z0-9.-]+$");
            ((bool)package!["filesAnalyzed"]!).ShouldBeFalse();
        }
    }

    [Fact]
    public void The_image_contains_its_packages_and_the_program_those_that_are_linked_into_it()
    {
        var document = Write(Image(), [Library("libc6")], [Library("YamlDotNet")]);

        document["relationships"]!.AsArray().Select(static one => $"{one!["spdxElementId"]} {one["relationshipType"]} {one["relatedSpdxElement"]}").ShouldBe(
        [
            "SPDXRef-DOCUMENT DESCRIBES SPDXRef-Image",
            "SPDXRef-Image CONTAINS SPDXRef-Program",
            "SPDXRef-Image CONTAINS SPDXRef-Debian-libc6",
            "SPDXRef-Program CONTAINS SPDXRef-NuGet-YamlDotNet",
        ]);
        document["packages"]!.AsArray().Select(static one => Text(one!, "SPDXID"))
            .ShouldBe(["SPDXRef-Image", "SPDXRef-Program", "SPDXRef-Debian-libc6", "SPDXRef-NuGet-YamlDotNet"]);
    }

    [Fact]
    public void Our_own_program_is_named_with_version_and_digest()
    {
        var program = Write(Image(), [], [])["packages"]![1]!;

        Text(program, "versionInfo").ShouldBe("0.1.0");
        Text(program["checksums"]![0]!, "checksumValue").ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // of "abc"
    }

    [Fact]
    public void The_same_image_gives_the_same_text_and_another_one_another_name()
    {
        var first = SpdxDocument.Write(Image(), [Library("libc6")], []);

        SpdxDocument.Write(Image(), [Library("libc6")], []).ShouldBe(first);
        Text(Write(Image(), [Library("libc7")], []), "documentNamespace").ShouldNotBe(Text(JsonNode.Parse(first)!, "documentNamespace"));
    }

    private static JsonNode Write(ImageFacts image, IReadOnlyList<Component> system, IReadOnlyList<Component> linked) =>
        JsonNode.Parse(SpdxDocument.Write(image, system, linked))!;

    private static string Text(JsonNode node, string field) => (string)node[field]!;

    private static Component Library(string name) => new() { Name = name, Version = "1", PackageUrl = $"pkg:deb/debian/{name}@1" };

    private ImageFacts Image() => ImageFacts.From(new Dictionary<string, string>
    {
        ["root"] = folder.FullName,
        ["name"] = "ours",
        ["version"] = "0.1.0",
        ["license"] = "Apache-2.0",
        ["created"] = "1795564800",
        ["program"] = Put("usr/local/bin/ours", "abc"),
        ["archive"] = Path.Combine(folder.FullName, Put("ours.tar", "an archive")),
    });

    private string Put(string path, string text)
    {
        var full = Path.Combine(folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return path;
    }
}
