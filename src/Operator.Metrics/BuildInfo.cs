using System.Reflection;

namespace Operator.Metrics;

/// <summary>What a program was built from.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Revision">The commit; empty when it was built outside of a repository.</param>
public sealed record BuildInfo(string Version, string Revision)
{
    /// <summary>Version of the .NET that runs it.</summary>
    public static string Dotnet { get; } = Environment.Version.ToString();

    /// <summary>Of an assembly: the build writes both as <c>VERSION+REVISION</c> into its informational version.</summary>
    public static BuildInfo Of(Assembly assembly)
    {
        var parts = (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+', 2);
        return new BuildInfo(parts[0], parts.Length > 1 ? parts[1] : "");
    }
}
