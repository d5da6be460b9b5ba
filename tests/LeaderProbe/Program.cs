using System.Globalization;
using LeaderProbe;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;
using Operator.Kubernetes.Leadership;

// One of several processes of which one works: an operator put together as any other, whose only controller counts in a ConfigMap while
// it leads. Killed, held and stopped by LeaderChaosTests. Arguments: namespace, identity, lease seconds, renew seconds, retry seconds.
if (args is not [var space, var identity, var lease, var renew, var retry])
{
    Console.Error.WriteLine("usage: LeaderProbe NAMESPACE IDENTITY LEASE RENEW RETRY (seconds)");
    return 2;
}
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders().AddSimpleConsole(static options => options.SingleLine = true);
builder.Services.AddKubernetes();
builder.Services.AddLeaderElection(_ => new LeaderElectionOptions
{
    Name = "probe",
    Namespace = space,
    Identity = identity,
    LeaseDuration = Seconds(lease),
    RenewDeadline = Seconds(renew),
    RetryPeriod = Seconds(retry),
});
builder.Services.AddSingleton(new ProbeOptions(space, identity));
builder.Services.AddInformer(Resources.ConfigMaps, _ => new InformerOptions { Namespaces = [space] });
builder.Services.AddController<Counter>(new ControllerOptions { Name = "counter" }, static (controller, provider) =>
    controller.Watch(provider.GetRequiredService<Informer<V1ConfigMap>>()));
using var app = builder.Build();
var host = app.Services.GetRequiredService<ControllerHost>();
await app.RunAsync();
return host.ExecuteTask is { IsFaulted: true } ? 1 : 0;

static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
