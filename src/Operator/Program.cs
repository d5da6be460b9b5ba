using Operator.Admission;
using Operator.Hosting;
using Operator.Kubernetes.Controllers;
using Operator.Servers;

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
