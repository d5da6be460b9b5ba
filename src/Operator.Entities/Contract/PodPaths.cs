namespace Operator.Entities.Contract;

/// <summary>Where things are inside a mail pod. Both the operator (which renders them) and the sidecar rely on these.</summary>
public static class PodPaths
{
    /// <summary>The projected volume: the bundle Secret's keys as files, <see cref="DesiredFile"/> and <see cref="NudgeFile"/>.</summary>
    public const string Mount = "/etc/cyrus-operator/bundle";

    /// <summary>File in <see cref="Mount"/> that carries the pod's <see cref="AnnotationKeys.Digest"/>; empty while there is none.</summary>
    public const string DesiredFile = "desired";

    /// <summary>File in <see cref="Mount"/> that carries the pod's <see cref="AnnotationKeys.Nudge"/>; empty while there is none.</summary>
    public const string NudgeFile = "nudge";

    /// <summary>Memory-backed emptyDir that both containers share.</summary>
    public const string Run = "/run/cyrus";

    /// <summary>Staged generations, one directory each, named by digest.</summary>
    public const string Generations = Run + "/config";

    /// <summary>The link that names the active generation; only ever replaced by rename(2).</summary>
    public const string Current = Generations + "/current";

    /// <summary>imapd.conf as the master and every service are told of it (<c>-C</c>).</summary>
    public const string ImapdConf = Current + "/" + BundleFiles.ImapdConf;

    /// <summary>cyrus.conf as the master is told of it (<c>-M</c>).</summary>
    public const string CyrusConf = Current + "/" + BundleFiles.CyrusConf;

    /// <summary>
    /// Private copies of the service binaries that cyrus.conf names. A worker compares inode, size and mtime of the file it
    /// was started from before each accept and leaves when they differ (Cyrus master/service.c:main), so a copy of
    /// our own gives a way to let a busy worker go after its session without any signal.
    /// </summary>
    public const string ServiceBinaries = Run + "/bin";

    /// <summary>The master's pid file (<c>-p</c>).</summary>
    public const string MasterPidFile = Run + "/master.pid";

    /// <summary>The sidecar's own files: the binary, its guard, its state.</summary>
    public const string Tools = "/opt/cyrus-operator";

    /// <summary>Where the image keeps the service binaries (Debian's LIBEXEC_DIR).</summary>
    public const string ImageServiceBinaries = "/usr/lib/cyrus/bin";

    /// <summary>Where the image keeps what is preloaded into Cyrus (images/cyrus/preload).</summary>
    public const string PreloadLibrary = "/usr/lib/cyrus-operator/preload.so";

    /// <summary>While this is there, workers of an older generation that wait for a client go on waiting (images/cyrus/preload/waiting.c).</summary>
    public const string KeepWaiting = Run + "/keep-waiting";

    /// <summary>Datagram socket on which the sidecar hears of Cyrus' warnings and errors.</summary>
    public const string SyslogSocket = Run + "/socket/syslog";

    /// <summary>Cyrus' configdirectory, a persistent volume.</summary>
    public const string ConfigDirectory = "/var/lib/cyrus";

    /// <summary>Cyrus' default partition, a persistent volume.</summary>
    public const string Spool = "/var/spool/cyrus";

    /// <summary>TCP port on which the sidecar serves its report.</summary>
    public const int ReportPort = 9180;

    /// <summary>HTTP path on <see cref="ReportPort"/> that says whether the first listener accepts connections.</summary>
    public const string ReadyPath = "/readyz";

    /// <summary>
    /// HTTP path of the report, for those who know the server's key (<see cref="ReportExchange"/>);
    /// <c>?after=REVISION&amp;instance=ID&amp;wait=SECONDS</c> waits for a newer one.
    /// </summary>
    public const string ReportPath = "/v1/report";
}
