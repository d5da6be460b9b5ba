using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Operator.Hosting;
using Operator.Testing;

namespace Operator.Tests.Hosting;

public sealed class HttpsTests
{
    [Fact(Timeout = 30_000)]
    public async Task It_is_beside_the_ports_that_the_image_names_and_beside_addresses()
    {
        var (one, two, https) = (FreePort.Next(), FreePort.Next(), FreePort.Next());

        (await ListenAsync($"--http_ports={one};{two}", https)).ShouldBe([$"http://[::]:{one}", $"http://[::]:{two}", $"https://[::]:{https}"]);
        (await ListenAsync($"--urls=http://127.0.0.1:{one}", https)).ShouldBe([$"http://127.0.0.1:{one}", $"https://[::]:{https}"]);
    }

    private static async Task<IReadOnlyList<string>> ListenAsync(string argument, int https)
    {
        var builder = WebApplication.CreateSlimBuilder([argument]);
        builder.Logging.ClearProviders();
        builder.AddHttps(https, static _ => null);
        await using var app = builder.Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        string[] urls = [.. app.Urls];
        await app.StopAsync(TestContext.Current.CancellationToken);
        return urls;
    }
}
