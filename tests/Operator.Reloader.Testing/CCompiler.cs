using System.Diagnostics;

namespace Operator.Reloader.Testing;

/// <summary>gcc, as hack/lib/cyrus-roots.sh installs it.</summary>
internal static class CCompiler
{
    /// <summary>Makes a program or library.</summary>
    /// <exception cref="InvalidOperationException">The sources are wrong; gcc has said what.</exception>
    public static void Compile(string target, IEnumerable<string> arguments)
    {
        using var gcc = Process.Start("gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", .. arguments, "-o", target]);
        gcc.WaitForExit();
        if (gcc.ExitCode != 0)
            throw new InvalidOperationException($"{target} cannot be compiled: see above.");
    }
}
