using Operator.Testing.Cluster;

namespace Operator.Testing.Canaries;

/// <summary>The files in a volume, core files among them, but for those that hold secrets because they must.</summary>
internal sealed class VolumeFiles(SystemOutput output)
{
    /// <summary>Files under a directory of this machine.</summary>
    public async Task ReadAsync(string directory, string place, CancellationToken cancellationToken)
    {
        // find(1), as sockets and pipes are no files to be read; what it cannot look at has gone meanwhile.
        var found = await Tool.TryAsync("find", null, cancellationToken, directory, "-type", "f", "-size", "+0", "-print0");
        foreach (var file in found.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Path.GetRelativePath(directory, file);
            if (!HoldsSecretsByDesign(name))
                Read(file, $"file {name} in {place}");
        }
    }

    /// <summary>
    /// The generations, and the copy that a trial worker reads, are what Cyrus reads: in memory, and for the pod's user only (docs/security.md). The accounts'
    /// passwords are where a test has put them with saslpasswd2. The program of the sidecar is as it came.
    /// </summary>
    internal static bool HoldsSecretsByDesign(string name) =>
        name.StartsWith("run/config/", StringComparison.Ordinal)
        || name.StartsWith("run/preflight-", StringComparison.Ordinal)
        || name == "sasldb2"
        || name == "tools/cyrus-reloader";

    private void Read(string file, string place)
    {
        try
        {
            output.Read(place, File.ReadAllBytes(file));
        }
        catch (IOException)
        {
            // Gone meanwhile.
        }
    }
}
