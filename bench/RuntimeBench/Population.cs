using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace RuntimeBench;

/// <summary>Fills the API server.</summary>
internal sealed class Population(IKubernetesClient client)
{
    public const string Label = "bench.example.com/ours";
    public const string Ours = "ours";
    private const string Space = "bench";
    private const int Parallel = 16;
    private const int SecretBytes = 2048; // a certificate and its key
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await client.CreateAsync(Resources.Namespaces, new V1Namespace { Metadata = new V1ObjectMeta { Name = Space } }, cancellationToken);
        await client.ApplyAsync(Definition.Resource, Definition.OfWidgets, "bench", cancellationToken);
        while (!await AreWidgetsOfferedAsync(cancellationToken))
            await Task.Delay(s_poll, TimeProvider.System, cancellationToken);
    }

    public Task CreateWidgetsAsync(int count, CancellationToken cancellationToken) =>
        EachAsync(count, i => client.CreateAsync(Widget.Resource, NewWidget(i), cancellationToken), cancellationToken);

    /// <summary>Secrets that concern nobody, and one that is ours.</summary>
    public async Task CreateSecretsAsync(int count, CancellationToken cancellationToken)
    {
        await client.CreateAsync(Resources.Secrets, NewSecret(Ours, new Dictionary<string, string> { [Label] = "yes" }), cancellationToken);
        await EachAsync(
            count,
            i => client.CreateAsync(Resources.Secrets, NewSecret($"foreign-secret-{i}", null), cancellationToken),
            cancellationToken);
    }

    public Task UpdateWidgetsAsync(int updates, int widgets, CancellationToken cancellationToken) =>
        EachAsync(updates, i => UpdateAsync(i % widgets, i, cancellationToken), cancellationToken);

    private static Task EachAsync(int count, Func<int, Task> act, CancellationToken cancellationToken) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (i, _) => await act(i));

    private static Widget NewWidget(int number) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Namespace = Space,
            Name = $"widget-{number}",
            Labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "widget", ["app.kubernetes.io/instance"] = $"widget-{number}" },
        },
        Spec = new WidgetSpec
        {
            Text = new string('x', 300),
            Names = [.. Enumerable.Range(0, 10).Select(i => $"name-{number}-{i}")],
        },
    };

    private static V1Secret NewSecret(string name, Dictionary<string, string>? labels) => new()
    {
        Metadata = new V1ObjectMeta { Namespace = Space, Name = name, Labels = labels },
        Data = new Dictionary<string, byte[]> { ["tls.crt"] = new byte[SecretBytes / 2], ["tls.key"] = new byte[SecretBytes / 2] },
    };

    private Task<Widget> UpdateAsync(int widget, int size, CancellationToken cancellationToken)
    {
        var patch = new JsonObject { ["spec"] = new JsonObject { ["size"] = size + 1 } };
        return client.MergePatchAsync(Widget.Resource, new ObjectKey(Space, $"widget-{widget}"), patch, "bench", cancellationToken);
    }

    private async Task<bool> AreWidgetsOfferedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.ListAsync(Widget.Resource, null, new ListOptions(), cancellationToken);
            return true;
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            return false;
        }
    }
}
