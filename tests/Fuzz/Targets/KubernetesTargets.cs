using System.Net;
using System.Text.Json;
using Fuzz.Engine;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Client.Kubeconfigs;
using Operator.Servers.Children;
using Operator.Servers.Rollout;

namespace Fuzz.Targets;

/// <summary>What the API server says, and how it is found.</summary>
internal static class KubernetesTargets
{
    private static readonly ApiRequest Sensitive = new(HttpMethod.Get, "/") { Verb = "get", Resource = "secrets", IsSensitive = true };
    private static readonly string[] SecretFields = ["token:", "password:", "client-key-data:", "client-certificate-data:", "certificate-authority-data:"];

    /// <summary>The targets.</summary>
    public static IEnumerable<FuzzTarget> All =>
    [
        new("kubeconfig", KubeconfigHolds)
        {
            Words = ["clusters:\n", "users:\n", "- name: a\n", "current-context: a\n", "    server: https://a\n", "&a ", "*a", "? ", "- ", "!!binary ", "<<: *a", "|\n", "exec:", "as: x", "extensions:", "extension: *a", "[", "---\n"],
            Documented = [typeof(KubernetesConfigException)],
            Iterations = 6000,
            BytesPerByte = 16 * 1024,
        },
        new("watch", WatchHolds)
        { Mutate = JsonMutation.Mutate,
            Words = ["{\"type\":\"ADDED\",\"object\":", "{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n", "\"metadata\":null", "\"resourceVersion\":\"1\"", "\"object\":null", "\"type\":7", "\"BOOKMARK\"", "\"annotations\":{\"cyrus-operator.dev/nudge\":\"x\"}", ","],
            Documented = [typeof(ApiException), typeof(IOException), typeof(InvalidDataException), typeof(JsonException)],
            Iterations = 10000,
            BytesPerByte = 16 * 1024,
        },
        new("error-answer", ErrorAnswerHolds)
        { Mutate = JsonMutation.Mutate,
            Words = ["\"message\":\"", "\"reason\":\"Invalid\"", "\"code\":422", "\"details\":{\"causes\":[null]}", "\"causes\":[{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"x\\\"\"}]", "\"retryAfterSeconds\":2147483647", ","],
        },
        new("quantity", QuantityHolds) { Words = ["1Gi", "1e3", "1.5", "Ki", "E", "n", "1e28", "79228162514264337593543950335"], Iterations = 40000 },
    ];

    private static void KubeconfigHolds(byte[] input)
    {
        var text = ConfigurationTargets.TextOf(input);
        try
        {
            var config = new Kubeconfig([KubeconfigFile.Parse("/dev/shm/config", new StringReader(text))]).ToConfig(null);
            InvariantException.Unless(config.Server is { IsAbsoluteUri: true }, "there is no server");
            _ = config.Exec?.ClusterConfig?.ToJsonString();
        }
        catch (KubernetesConfigException error) when (IsSecretOnly(text))
        {
            Canary.ShouldNotBeIn(error.Message);
            throw;
        }
    }

    /// <summary>Whether what stands for a secret is nowhere but where secrets are: names and paths may be quoted.</summary>
    private static bool IsSecretOnly(string text) =>
        text.IndexOfAny(['"', '\'', '|', '>', '{', '[', '&', '*', '\t', '?', ',']) < 0
        && text.Split('\n').Where(static line => line.Contains(Canary.Text, StringComparison.Ordinal)).All(static line => SecretFields.Any(line.TrimStart(' ', '-').StartsWith));

    private static void WatchHolds(byte[] input)
    {
        var whole = Read(input, input.Length + 1, Resources.Pods, out var error);
        var split = Read(input, 1 + (input.Length / 7), Resources.Pods, out var other);
        InvariantException.Unless(whole.Select(Print).SequenceEqual(split.Select(Print)) && error?.Message == other?.Message, "the same stream in other pieces is read as something else");
        // The API server's lists hold no null; what annotations hold anybody may have written who may patch pods.
        foreach (var pod in whole.Where(static one => !Print(one).Contains("null", StringComparison.Ordinal)).Select(static one => one.Object).OfType<V1Pod>())
            _ = PodView.Of(pod with { Metadata = pod.Metadata with { Name = "mail-0" } }, static _ => null);
        Read(input, input.Length + 1, CyrusResources.Servers, out _);
        Read(input, input.Length + 1, LiveObject.In(Resources.Pods), out _);
        Read(input, input.Length + 1, Resources.Secrets.MetadataOnly(), out _);
        if (error is not null)
            throw error;
    }

    private static string Print(WatchEvent<V1Pod> one) =>
        $"{one.Type} {one.ResourceVersion} {(one.Object is null ? "" : JsonSerializer.Serialize(one.Object, KubernetesJson.Default.V1Pod))}";

    /// <summary>Reads all events up to an error that is documented; any other is thrown.</summary>
    private static List<WatchEvent<T>> Read<T>(byte[] input, int piece, Resource<T> resource, out Exception? error)
        where T : class, IKubernetesObject
    {
        var events = new List<WatchEvent<T>>();
        error = null;
        var reader = new WatchReader<T>(new PiecewiseStream(input, piece), resource, "watch");
        try
        {
            // The stream never waits, so nothing does.
            while (reader.ReadAsync(CancellationToken.None).GetAwaiter().GetResult() is { } next)
                events.Add(next);
        }
        catch (Exception documented) when (documented is ApiException or IOException or InvalidDataException or JsonException)
        {
            error = documented;
        }
        finally
        {
            _ = reader.DisposeAsync().AsTask();
        }
        return events;
    }

    private static void ErrorAnswerHolds(byte[] input)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.UnprocessableEntity) { Content = new ByteArrayContent(input) };
        foreach (var request in (ApiRequest[])[Sensitive, Sensitive with { IsSensitive = false }])
        {
            var error = ErrorAnswer.ReadAsync(request, response, DateTimeOffset.UnixEpoch, CancellationToken.None).GetAwaiter().GetResult();
            InvariantException.Unless(error.FieldConflicts.All(static one => one.Manager is not null), "a conflict has no manager");
            InvariantException.Unless(error.RetryAfter is null || error.RetryAfter > TimeSpan.Zero, "it wants to be asked again in the past");
            if (request.IsSensitive && !ConfigurationTargets.TextOf(input).Contains("\"reason\"", StringComparison.Ordinal))
                Canary.ShouldNotBeIn(error.Message);
        }
    }

    private static void QuantityHolds(byte[] input)
    {
        var text = ConfigurationTargets.TextOf(input);
        if (!Quantity.TryParse(text, out var quantity))
            return;
        InvariantException.Unless(Quantity.TryParse(quantity.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), out var again) && again == quantity, "what was printed is read as something else");
        InvariantException.Unless(quantity <= again && quantity.CompareTo(again) == 0, "it differs from itself");
    }
}
