using Operator.Kubernetes.Client;
using Operator.Testing;
using Operator.Testing.ApiServer;
using Report;

namespace OperatorBench;

/// <summary>Starts an API server and the operator, and takes all figures while the number of servers grows.</summary>
internal sealed class Bench(Scale scale, TextWriter progress, TimeProvider time)
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(5);

    private readonly ProcessMeter players = new(Environment.ProcessId);
    private readonly string log = Repository.PathOf("artifacts", "bench-operator.log");

    private sealed record World(LocalApiServer Server, ApiMeter Api, Population Population);

    /// <summary>Measures.</summary>
    public async Task<IReadOnlyList<Result>> RunAsync(CancellationToken stop)
    {
        File.Delete(log);
        await using var server = await LocalApiServer.StartAsync(stop);
        using var client = new KubernetesClient(server.Config, TimeProvider.System);
        using var api = new ApiMeter(server.Config);
        var crd = await File.ReadAllTextAsync(Repository.PathOf("config", "crds", "cyrusservers.cyrus-operator.dev.yaml"), stop);
        await CustomResourceDefinition.FromYaml(crd).CreateAsync(client, stop);
        await using var farm = PodFarm.Start(client);
        await using var population = Population.Start(client, scale.Sharing);
        var results = new List<Result>();
        foreach (var servers in scale.Servers)
        {
            using var stage = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var measuring = StageAsync(new World(server, api, population), servers, stage.Token);
            if (await Task.WhenAny(measuring, farm.Running) == farm.Running)
                await stage.CancelAsync();
            results.Add(await measuring);
        }
        return results;
    }

    private async Task<Result> StageAsync(World world, int servers, CancellationToken stop)
    {
        var most = new List<double>();
        Wave created;
        var population = world.Population;
        var before = population.Count;
        await using (var one = OperatorUnderBench.Start(world.Server.Kubeconfig, log))
        {
            await SayAsync($"{servers:N0} servers: making {servers - before:N0} of them", stop);
            created = await WaveAsync(world, one, most, () => population.GrowAsync(servers, stop), stop);
        }
        var starts = new List<Start>();
        for (var number = 1; number < scale.Starts; number++)
        {
            await using var one = OperatorUnderBench.Start(world.Server.Kubeconfig, log);
            starts.Add(await StartAsync(world, one, servers, stop));
        }
        await using var last = OperatorUnderBench.Start(world.Server.Kubeconfig, log);
        starts.Add(await StartAsync(world, last, servers, stop));
        var rss = last.Meter.Rss();
        await SayAsync($"{servers:N0} servers: steady for {scale.Steady.TotalSeconds:0} s", stop);
        var steady = await SteadyAsync(last, stop);
        var rest = last.Meter.Rss();
        await SayAsync($"{servers:N0} servers: a Secret that {scale.Sharing:N0} share", stop);
        var shared = await WaveAsync(world, last, most, () => population.RotateAsync(1, stop), stop);
        await SayAsync($"{servers:N0} servers: all {population.Secrets} Secrets", stop);
        var all = await WaveAsync(world, last, most, () => population.RotateAsync(population.Secrets, stop), stop);
        return new Result
        {
            Servers = servers,
            Created = created,
            Starts = starts,
            RssAfterStart = rss,
            Rss = rest,
            MostRss = most.Max(),
            Steady = steady,
            Shared = shared,
            All = all,
        };
    }

    private async Task<Start> StartAsync(World world, OperatorUnderBench one, int servers, CancellationToken stop)
    {
        await SayAsync($"{servers:N0} servers: start", stop);
        var asked = await world.Api.ReadAsync(stop);
        await one.WaitForReadyAsync(stop);
        var ready = one.Age;
        await one.WaitForReconciledAsync(servers, stop);
        await SayAsync($"       {Figures.Show(one.Age)} s; requests for each server: {await world.Api.TellAsync(asked, servers, stop)}", stop);
        return new Start(ready, one.Age, one.Meter.Cpu().TotalSeconds);
    }

    private async Task<Steady> SteadyAsync(OperatorUnderBench one, CancellationToken stop)
    {
        await Task.Delay(s_settling, time, stop);
        var ((all, writes), cpu, since) = (await one.RequestsAsync(stop), one.Meter.Cpu(), time.GetTimestamp());
        await Task.Delay(scale.Steady, time, stop);
        var used = one.Meter.Cpu() - cpu;
        var took = time.GetElapsedTime(since);
        var now = await one.RequestsAsync(stop);
        return new Steady(now.Writes - writes, now.All - all, used / took * 1000);
    }

    private async Task<Wave> WaveAsync(
        World world, OperatorUnderBench one, List<double> most, Func<Task<IReadOnlyList<double>>> act, CancellationToken stop)
    {
        var before = CpuOf(world.Server, one);
        var asked = await world.Api.ReadAsync(stop);
        var wave = act();
        while (!wave.IsCompleted)
        {
            most.Add(one.Meter.Rss());
            await Task.WhenAny(wave, Task.Delay(s_beat, time, stop));
        }
        var seconds = new Percentiles(await wave);
        var cpu = CpuOf(world.Server, one).Since(before);
        await SayAsync(
            $"       p50 {Figures.Show(seconds.Median)} s, all {Figures.Show(seconds.Max)} s; requests for each: {await world.Api.TellAsync(asked, seconds.Count, stop)}", stop);
        return new Wave(seconds, cpu);
    }

    private CpuSeconds CpuOf(LocalApiServer server, OperatorUnderBench one) => new(
        one.Meter.Cpu().TotalSeconds,
        new ProcessMeter(server.ApiServer.ProcessId).Cpu().TotalSeconds + new ProcessMeter(server.Etcd.ProcessId).Cpu().TotalSeconds,
        players.Cpu().TotalSeconds);

    private Task SayAsync(string what, CancellationToken stop) => progress.WriteLineAsync($"       {what}".AsMemory(), stop);
}
