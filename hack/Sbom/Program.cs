using Sbom;

// Writes what is in an image, for hack/images, which gives all options.
string[] known = ["root", "program", "name", "version", "license", "suite", "created", "archive", "nuget", "output"];
var options = args.Chunk(2).Where(static pair => pair is [['-', '-', ..], _]).ToDictionary(static pair => pair[0][2..], static pair => pair[1]);
if (args.Length != 2 * known.Length || !known.All(options.ContainsKey))
{
    Console.Error.WriteLine($"usage: Sbom {string.Join(' ', known.Select(static name => $"--{name} VALUE"))}");
    return 2;
}
var text = SpdxDocument.Write(
    ImageFacts.From(options),
    DebianPackages.Read(options["root"], options["suite"]),
    NuGetPackages.Read(options["root"], options["nuget"]));
File.WriteAllText(options["output"], text);
return 0;
