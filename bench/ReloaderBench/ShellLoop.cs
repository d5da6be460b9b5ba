using Operator.Reloader.Testing;
using Report;

namespace ReloaderBench;

/// <summary>
/// What a sidecar is when it is a line of shell: each 10 s, which is how often the sidecar looks at the workers, it asks for the certificate's digest
/// and for the master.
/// </summary>
internal sealed class ShellLoop(Child shell) : IAsyncDisposable
{
    private const string Script = """
        while :; do
            new=$(sha256sum "$1/..data/"*tls.crt)
            master=$(pgrep -f /usr/lib/cyrus/bin/master)
            [ "$new" = "${old:-$new}" ] || kill -HUP $master
            old=$new
            sleep 10
        done
        """;

    /// <summary>Starts it, as the user of the server.</summary>
    public static ShellLoop Start(CyrusLayout layout) => new(Child.Start(layout.Environment, "/bin/sh", "-c", Script, "sh", layout.Mount));

    /// <summary>The shell.</summary>
    public ProcessMeter Meter { get; } = new(shell.Pid);

    /// <summary>Memory of it and of what it has started, in MB.</summary>
    public (double Rss, double Anonymous) Memory()
    {
        List<ProcessMeter> all = [Meter, .. Meter.Children().Select(static pid => new ProcessMeter(pid))];
        return (all.Sum(static one => one.Rss()), all.Sum(static one => one.Anonymous()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await shell.StopAsync();
        shell.Dispose();
    }
}
