namespace Operator.Hosting;

/// <summary>What the operator writes on stdout.</summary>
internal static class ConsoleLogs
{
    /// <summary>One JSON object per line; the level comes from <c>Logging__LogLevel__Default</c>.</summary>
    public static void AddConsoleLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole(static options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
    }
}
