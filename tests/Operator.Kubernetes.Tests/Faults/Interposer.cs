using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>Between a client and the network: sees each answer before the client does, and may change it.</summary>
internal sealed class Interposer(KubernetesClientConfig config, Func<HttpRequestMessage, HttpResponseMessage, Task> then)
    : DelegatingHandler(HttpHandlers.Create(config))
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await then(request, response);
        return response;
    }
}
