using System.Globalization;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>How long and by which seed. <c>hack/test --full</c> sets the variables to more than the defaults.</summary>
internal static class FaultSettings
{
    /// <summary>CYRUS_FAULT_SECONDS: how long the network misbehaves.</summary>
    public static TimeSpan Duration => TimeSpan.FromSeconds(Number("CYRUS_FAULT_SECONDS", 10));

    /// <summary>CYRUS_FAULT_RECONNECTS: how often a connection is cut when leaks are looked for.</summary>
    public static int Reconnects => Number("CYRUS_FAULT_RECONNECTS", 1000);

    /// <summary>CYRUS_FAULT_KILLS: how often etcd and the API server are killed under load.</summary>
    public static int Kills => Number("CYRUS_FAULT_KILLS", 1);

    /// <summary>CYRUS_FAULT_SEED, or one by chance; it is written to the test's output.</summary>
    public static int NewSeed()
    {
        var seed = Number("CYRUS_FAULT_SEED", Random.Shared.Next());
        Say($"again with: CYRUS_FAULT_SEED={seed}");
        return seed;
    }

    /// <summary>Into the test's output.</summary>
    public static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
