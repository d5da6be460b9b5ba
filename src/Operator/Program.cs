using Operator.Admission;
using Operator.Hosting;
using Operator.Kubernetes.Controllers;
using Operator.SelfTest;
using Operator.Servers;

if (args is [SelfTestCommand.Name])
    return await SelfTestCommand.RunAsync(); // the pod of helm test

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddConsoleLogs();
builder.Services.AddKubernetes(); // client, informers, events
builder.AddLeaderElection();
builder.AddMetrics();
builder.AddServers(); // one line per reconciled kind
builder.AddAdmission(); // the webhook, where it is on
builder.Services.AddHostedService<StartupMemory>();
var app = builder.Build();
app.MapHealthAndMetrics();
app.MapAdmission();
return await app.RunToExitCodeAsync();
