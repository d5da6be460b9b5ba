using System.Globalization;
using Operator.Entities.Contract;

namespace Operator.Reloader.Settings;

/// <summary>
/// Every path, address and time limit of the sidecar. The defaults are those of the mail pod (<see cref="PodPaths"/>); an environment variable
/// overrides each, so that the same executable runs against a plain process tree.
/// </summary>
internal sealed record ReloaderOptions
{
    /// <summary>Prefix of the environment variables.</summary>
    public const string Prefix = "CYRUS_RELOADER_";

    /// <summary>The projected volume. <c>MOUNT</c></summary>
    public string Mount { get; init; } = PodPaths.Mount;

    /// <summary>Memory-backed directory shared by both containers. <c>RUN</c></summary>
    public string Run { get; init; } = PodPaths.Run;

    /// <summary>Where <c>install</c> puts the executable and the guard. <c>TOOLS</c></summary>
    public string Tools { get; init; } = PodPaths.Tools;

    /// <summary>Where the image keeps the service binaries. <c>IMAGE_BINARIES</c></summary>
    public string ImageServiceBinaries { get; init; } = PodPaths.ImageServiceBinaries;

    /// <summary>Where the image keeps what is preloaded into Cyrus; it need not exist. <c>PRELOAD_LIBRARY</c></summary>
    public string PreloadLibrary { get; init; } = PodPaths.PreloadLibrary;

    /// <summary>Cyrus' configdirectory. <c>CONFIG_DIRECTORY</c></summary>
    public string ConfigDirectory { get; init; } = PodPaths.ConfigDirectory;

    /// <summary>Cyrus' default partition. <c>SPOOL</c></summary>
    public string Spool { get; init; } = PodPaths.Spool;

    /// <summary>The file system of processes. <c>PROC</c></summary>
    public string Proc { get; init; } = "/proc";

    /// <summary>Host to which the proof connects. <c>PROBE_HOST</c></summary>
    public string ProbeHost { get; init; } = "127.0.0.1";

    /// <summary>Host part of the report server's prefix; <c>*</c> is every address. <c>REPORT_HOST</c></summary>
    public string ReportHost { get; init; } = "*";

    /// <summary>TCP port of the report server. <c>REPORT_PORT</c></summary>
    public int ReportPort { get; init; } = PodPaths.ReportPort;

    /// <summary>Whether clients can come by IPv6; null is found out. <c>IPV6</c></summary>
    public bool? HasVersion6 { get; init; }

    /// <summary>How long old idle workers may take to go; null leaves it to the settings. <c>CONVERGE_SECONDS</c></summary>
    public TimeSpan? ConvergeLimit { get; init; }

    /// <summary>How long one connection of the proof may take. <c>PROBE_SECONDS</c></summary>
    public TimeSpan ProbeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>False leaves the service binaries' mtime alone: only for the test that shows why it is changed. <c>BUMP</c></summary>
    public bool BumpBinaries { get; init; } = true;

    /// <summary>Staged generations, one directory each.</summary>
    public string Generations => Path.Combine(Run, "config");

    /// <summary>The link that names the active generation.</summary>
    public string Current => Path.Combine(Generations, "current");

    /// <summary>Where pre-flight workers write.</summary>
    public string Scratch => Path.Combine(Run, "tmp");

    /// <summary>Where Cyrus notes what its sessions do (proc_path).</summary>
    public string SessionNotes => Path.Combine(Run, "proc");

    /// <summary>imapd.conf as every worker is told of it.</summary>
    public string ImapdConf => Path.Combine(Current, BundleFiles.ImapdConf);

    /// <summary>Private copies of the service binaries.</summary>
    public string ServiceBinaries => Path.Combine(Run, "bin");

    /// <summary>The master's pid file.</summary>
    public string MasterPidFile => Path.Combine(Run, "master.pid");

    /// <summary>Pids that are stopped, or about to be; the guard continues them when the engine dies.</summary>
    public string HeldFile => Path.Combine(Run, "held");

    /// <summary>What the engine has to remember across its own death.</summary>
    public string StateFile => Path.Combine(Run, "reload-state.json");

    /// <summary>While it is there, workers of an older generation that wait for a client go on waiting (images/cyrus/preload/waiting.c).</summary>
    public string KeepWaiting => Path.Combine(Run, Path.GetFileName(PodPaths.KeepWaiting));

    /// <summary>On which the sidecar hears of Cyrus' warnings and errors.</summary>
    public string SyslogSocket => Path.Combine(Run, "socket", "syslog");

    /// <summary>Cyrus' own checker of configuration files.</summary>
    public string CyrInfo => Path.Combine(ImageServiceBinaries, "cyr_info");

    /// <summary>The defaults, overridden by environment variables.</summary>
    /// <param name="variable">Gives a variable's value, or null.</param>
    /// <exception cref="FormatException">A number is none.</exception>
    public static ReloaderOptions From(Func<string, string?> variable)
    {
        var defaults = new ReloaderOptions();
        string Text(string name, string fallback) => variable(Prefix + name) is { Length: > 0 } value ? value : fallback;
        double Number(string name, double fallback) =>
            double.Parse(Text(name, fallback.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        TimeSpan Seconds(string name, TimeSpan fallback) => TimeSpan.FromSeconds(Number(name, fallback.TotalSeconds));

        return defaults with
        {
            Mount = Text("MOUNT", defaults.Mount),
            Run = Text("RUN", defaults.Run),
            Tools = Text("TOOLS", defaults.Tools),
            ImageServiceBinaries = Text("IMAGE_BINARIES", defaults.ImageServiceBinaries),
            PreloadLibrary = Text("PRELOAD_LIBRARY", defaults.PreloadLibrary),
            ConfigDirectory = Text("CONFIG_DIRECTORY", defaults.ConfigDirectory),
            Spool = Text("SPOOL", defaults.Spool),
            Proc = Text("PROC", defaults.Proc),
            ProbeHost = Text("PROBE_HOST", defaults.ProbeHost),
            ReportHost = Text("REPORT_HOST", defaults.ReportHost),
            ReportPort = (int)Number("REPORT_PORT", defaults.ReportPort),
            ConvergeLimit = variable(Prefix + "CONVERGE_SECONDS") is { Length: > 0 } ? Seconds("CONVERGE_SECONDS", TimeSpan.Zero) : null,
            ProbeLimit = Seconds("PROBE_SECONDS", defaults.ProbeLimit),
            HasVersion6 = variable(Prefix + "IPV6") is { Length: > 0 } flag ? flag != "0" : null,
            BumpBinaries = Text("BUMP", "1") != "0",
        };
    }
}
