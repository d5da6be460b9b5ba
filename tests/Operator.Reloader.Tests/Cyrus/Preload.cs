using System.Diagnostics;

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

    /// <summary>Makes a shared library of one source file; returns its path.</summary>
    public string Library(string source)
    {
        var target = this[Path.ChangeExtension(Path.GetFileName(source), ".so")];
        using var gcc = Process.Start(
            "gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", target, Operator.Testing.Repository.PathOf(source)]);
        gcc.WaitForExit();
        gcc.ExitCode.ShouldBe(0, source);
        return target;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
