using System.Text;
using System.Text.Json;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>
/// images/cyrus/preload, and shout.c compiled into a directory that the user cyrus may write to, at the same path where the server runs.
/// </summary>
public sealed class SyslogRelay : IDisposable
{
    private readonly Preload programs = new();
    private int directories;

    // As Debian compiles Cyrus: syslog() becomes __syslog_chk().
    public SyslogRelay() =>
        CCompiler.Compile(Shouter, ["-D_FORTIFY_SOURCE=2", Operator.Testing.Repository.PathOf("tests/Operator.Reloader.Tests/Cyrus/shout.c")]);

    public string Directory => programs.Directory;

    public string Shouter => programs["shout"];

    /// <summary>Shell text that makes everything after it write to the descriptor.</summary>
    public static string Preload(int descriptor = 1) => $"export LD_PRELOAD={PreloadLibrary.Path} CYRUS_SYSLOG_FD={descriptor}";

    /// <summary>A directory that the user cyrus may write to.</summary>
    public string NewDirectory()
    {
        var path = Path.Combine(Directory, $"{++directories}");
        System.IO.Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        return path;
    }

    /// <summary>The lines of a log that the library has written; fails when one is no valid JSON of its own.</summary>
    public static IReadOnlyList<JsonElement> Lines(string log) =>
        [.. log.Split('\n').Where(line => line.Contains("\"facility\"", StringComparison.Ordinal)).Select(Parse)];

    public void Dispose() => programs.Dispose();

    private static JsonElement Parse(string line)
    {
        Encoding.UTF8.GetByteCount(line).ShouldBeLessThan(4096);
        return JsonElement.Parse(line);
    }
}
