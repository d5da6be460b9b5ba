using Operator.Hosting;
using Operator.Kubernetes.Controllers;
using Operator.Servers;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddConsoleLogs();
builder.Services.AddKubernetes(); // client, informers, events
builder.AddServers(); // one line per reconciled kind
var app = builder.Build();
app.MapHealth();
await app.RunAsync();
