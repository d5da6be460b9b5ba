using Operator.Testing;
using Picture;

// Draws the dashboard as it would look in Grafana: from a Prometheus, given by its address, or from demo data.
if (args.Length is not (1 or 2))
{
    Console.Error.WriteLine("usage: hack/picture [PROMETHEUS_URL] FILE.svg");
    return 2;
}
var end = args.Length == 2 ? TimeProvider.System.GetUtcNow() : DemoData.End;
var url = args.Length == 2 ? new Uri(args[0]) : null;
await using var demo = url is null ? await DemoData.StartAsync(CancellationToken.None) : null;
using var prometheus = new PrometheusApi(url ?? demo!.Address, end);
var panels = Panel.Load(Repository.PathOf("charts", "cyrus-operator", "dashboards", "cyrus-operator.json"));
await File.WriteAllTextAsync(args[^1], await Drawing.DrawAsync(panels, prometheus));
return 0;
