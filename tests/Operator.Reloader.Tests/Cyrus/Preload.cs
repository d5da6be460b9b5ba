namespace Operator.Reloader.Tests.Cyrus;

/// <summary>A directory that the user cyrus may write to, and C programs compiled into it.</summary>
internal sealed class Preload : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    public Preload()
    {
        CyrusRoot.Require();
        Directory = System.IO.Directory.CreateTempSubdirectory("cyrus-preload-").FullName;
        File.SetUnixFileMode(Directory, Everybody);
    }

    public string Directory { get; }

    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>Makes a shared library of one source file beside this one; returns its path.</summary>
    public string Library(string source) => Compile(source, ".so", "-shared", "-fPIC");

    /// <summary>Makes a program of one source file beside this one; returns its path. It needs no library, so it runs in any root.</summary>
    public string Program(string source) => Compile(source, "", "-static");

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private string Compile(string source, string extension, params string[] options)
    {
        var target = this[Path.GetFileNameWithoutExtension(source) + extension];
        var path = Operator.Testing.Repository.PathOf(Path.Combine("tests/Operator.Reloader.Tests/Cyrus", source));
        CCompiler.Compile(target, [.. options, path]);
        return target;
    }
}
