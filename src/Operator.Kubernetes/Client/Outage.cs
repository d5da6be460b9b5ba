namespace Operator.Kubernetes.Client;

/// <summary>Tells what the network or the server did from what is a bug of ours.</summary>
internal static class Outage
{
    /// <summary>The exception, where a log needs its stack trace; null where the message says all that there is to say.</summary>
    public static Exception? TraceOf(Exception error) =>
        error is ApiException or HttpRequestException or IOException or TimeoutException or KubernetesConfigException ? null : error;
}
