using System.Security.Cryptography;
using Operator.Testing;

namespace Operator.Reloader.Testing;

/// <summary>images/cyrus/preload, compiled as for the image: what is preloaded into each Cyrus process of a pod.</summary>
internal static class PreloadLibrary
{
    private static readonly Lazy<string> Compiled = new(Compile);

    /// <summary>Where it is, for every process of a test.</summary>
    public static string Path => Compiled.Value;

    /// <summary>Shell text: everything after it runs as the pod's containers do.</summary>
    public static string Preamble(CyrusLayout layout) => $"export LD_PRELOAD={Path} CYRUS_KEEP_WAITING={layout.Run}/keep-waiting";

    // Named by what it is made of, so that it is made once on a machine.
    private static string Compile()
    {
        var sources = Directory.GetFiles(Repository.PathOf("images/cyrus/preload")).Order(StringComparer.Ordinal).ToArray();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var source in sources)
            digest.AppendData(File.ReadAllBytes(source));
        var target = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"cyrus-preload-{Convert.ToHexStringLower(digest.GetHashAndReset())[..16]}.so");
        if (File.Exists(target))
            return target;
        var unfinished = $"{target}.{Environment.ProcessId}";
        CCompiler.Compile(unfinished, ["-shared", "-fPIC", "-fvisibility=hidden", .. sources.Where(static source => source.EndsWith(".c", StringComparison.Ordinal))]);
        File.Move(unfinished, target, overwrite: true);
        return target;
    }
}
