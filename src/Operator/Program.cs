using Operator.Hosting;
using Operator.Kubernetes.Controllers;
using Operator.Servers;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddConsoleLogs();
builder.Services.AddKubernetes(); // client, informers, events
builder.AddLeaderElection();
builder.AddMetrics();
builder.AddServers(); // one line per reconciled kind
builder.Services.AddHostedService<StartupMemory>();
var app = builder.Build();
app.MapHealthAndMetrics();
return await app.RunToExitCodeAsync();
