using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Status;

namespace Operator.SelfTest;

/// <summary>
/// A rotation on a server of its own, as a user of the cluster: the operator makes the server; a session stays open while the certificate is replaced;
/// the new certificate is served when the status says so; and all of it is removed.
/// </summary>
internal sealed class RotationTest(IKubernetesClient client, SelfTestOptions options, TimeProvider time, TextWriter output)
{
    private const string FieldManager = "cyrus-operator-selftest";

    private static readonly TimeSpan s_toRemove = TimeSpan.FromSeconds(20);

    private ObjectKey Key => new(options.Namespace, options.Name);

    /// <summary>Runs it and says each step.</summary>
    /// <returns>Whether all went well.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            await PlayAsync(both.Token);
            return true;
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            output.WriteLine(stop.IsCancellationRequested ? "stopped" : $"FAILED: it took more than {options.Timeout.TotalSeconds} s; {await LastWordsAsync()}");
            return false;
        }
        catch (Exception error) when (error is ApiException or IOException or HttpRequestException or TimeoutException or SocketException)
        {
            output.WriteLine($"FAILED: {error.Message}");
            return false;
        }
        finally
        {
            await RemoveAsync();
        }
    }

    private async Task PlayAsync(CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var first = SelfTestCertificate.Create(options.Name, time.GetUtcNow());
        var server = await client.CreateAsync(CyrusResources.Servers, SelfTestObjects.Server(options), FieldManager, stop);
        await client.ApplyAsync(Resources.Secrets, SelfTestObjects.Secret(server, first), FieldManager, stop);
        Say(clock, $"CyrusServer {options.Name} with Secret {SelfTestObjects.SecretName(options.Name)} is applied in namespace {options.Namespace}");

        await WaitAsync(first, stop);
        Say(clock, "its status says that the certificate is served");
        var address = await AddressAsync(stop);
        using var session = await OpenAsync(address, first, stop);
        Say(clock, $"the Service serves that certificate on port {SelfTestObjects.Port}; an IMAP session stays open");

        var second = SelfTestCertificate.Create(options.Name, time.GetUtcNow());
        await client.ApplyAsync(Resources.Secrets, SelfTestObjects.Secret(server, second), FieldManager, stop);
        Say(clock, "the certificate is replaced in the Secret");
        await WaitAsync(second, stop);
        Say(clock, "its status says that the new certificate is served");
        using var next = await OpenAsync(address, second, stop);
        Say(clock, "a new connection gets the new certificate");
        await session.NoopAsync(stop);
        Say(clock, "the session from before goes on");
    }

    private async Task<ImapsConnection> OpenAsync(string address, SelfTestCertificate wanted, CancellationToken stop)
    {
        var connection = await ImapsConnection.OpenAsync(address, SelfTestObjects.Port, options.Name, stop);
        if (connection.Sha256 == wanted.Sha256)
            return connection;
        connection.Dispose();
        throw new IOException($"the server serves the certificate {connection.Sha256}, not {wanted.Sha256}");
    }

    private async Task WaitAsync(SelfTestCertificate wanted, CancellationToken stop)
    {
        while (true)
        {
            var watch = new WatchOptions { FieldSelector = $"metadata.name={options.Name}" };
            await foreach (var change in client.WatchAsync(CyrusResources.Servers, options.Namespace, watch, stop))
            {
                if (change.Object is { } server && Serves(server, wanted))
                    return;
            }
        }
    }

    /// <summary>Whether the status says that all pods serve the certificate, for the spec as it is.</summary>
    internal static bool Serves(CyrusServer server, SelfTestCertificate wanted) =>
        server.Status is { } status
        && status.ObservedGeneration == server.Metadata.Generation
        && Conditions.IsTrue(status.Conditions, ConditionsBuilder.RolloutHealthy)
        && status.Pods.Count > 0
        && status.Pods.All(pod => pod.CertificateSha256 == wanted.Sha256);

    private async Task<string> AddressAsync(CancellationToken stop) =>
        (await client.GetAsync(Resources.Services, Key, stop))?.Spec?.ClusterIP is { Length: > 0 } address
            ? address
            : throw new IOException($"Service {options.Name} has no cluster IP");

    /// <summary>What the server's conditions said when time was up.</summary>
    private async Task<string> LastWordsAsync()
    {
        using var limit = new CancellationTokenSource(s_toRemove, time);
        try
        {
            var server = await client.GetAsync(CyrusResources.Servers, Key, limit.Token);
            var conditions = server?.Status?.Conditions ?? [];
            return conditions.Count == 0
                ? "the operator has not said anything of the server: does it run, and does it watch this namespace?"
                : string.Join("; ", conditions.Select(static one => $"{one.Type} is {one.Status}: {one.Reason}: {one.Message}"));
        }
        catch (Exception error) when (error is ApiException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            return error.Message;
        }
    }

    private async Task RemoveAsync()
    {
        using var limit = new CancellationTokenSource(s_toRemove, time);
        try
        {
            await client.DeleteAsync(CyrusResources.Servers, Key, limit.Token);
        }
        catch (Exception error) when (error is ApiException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            output.WriteLine($"CyrusServer {options.Name} could not be deleted: {error.Message}");
        }
    }

    private void Say(Stopwatch clock, string what) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{clock.Elapsed.TotalSeconds,6:0.00} s] {what}"));
}
