namespace Operator.Testing.ApiServer;

/// <summary>Where the programs are. A missing one is a failure that says how to get it, never a reason to skip.</summary>
internal static class Binaries
{
    private const string Advice = "It is got by: hack/test --filter Faults (or hack/cluster up)";

    /// <summary>etcd of Debian's etcd-server.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public static string Etcd
    {
        get
        {
            const string program = "/usr/bin/etcd";
            return File.Exists(program) ? program : throw new InvalidOperationException($"There is no {program}. {Advice}");
        }
    }

    /// <summary>kube-apiserver as hack/lib/kubernetes-build.sh built it, of which there is one version at a time.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public static string KubeApiServer
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("CYRUS_OPERATOR_CACHE") is { Length: > 0 } path ? path : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "cyrus-operator");
            var builds = Directory.Exists(cache) ? Directory.GetDirectories(cache, "kubernetes-*") : [];
            return builds.Select(build => Path.Combine(build, "bin", "kube-apiserver")).FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException($"There is no kube-apiserver in {cache}. {Advice}");
        }
    }
}
