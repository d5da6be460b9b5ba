using Generate;

// Writes the generated files below the repository's root, given as the only argument.
if (args is not [var root])
{
    Console.Error.WriteLine("usage: Generate REPOSITORY_ROOT");
    return 2;
}
foreach (var (path, content) in GeneratedFiles.All(root))
{
    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
    File.WriteAllText(Path.Combine(root, path), content);
    Console.WriteLine(path);
}
return 0;
