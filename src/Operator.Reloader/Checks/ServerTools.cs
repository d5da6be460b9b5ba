namespace Operator.Reloader.Checks;

/// <summary>The server's own programs, which judge a generation before the master sees it.</summary>
/// <param name="Image">Directory of the service binaries.</param>
/// <param name="ImapdConf">Where every worker is told to read its configuration.</param>
/// <param name="Lint">cyr_info conf-lint.</param>
/// <param name="Version">Whose rules our own parsers apply.</param>
/// <param name="Preflight">A worker of each service.</param>
internal sealed record ServerTools(string Image, string ImapdConf, ConfLint Lint, ServerVersion Version, PreflightWorker Preflight)
{
    /// <summary>The command with the program's full path: a relative one is below LIBEXEC_DIR (master/master.c:get_prog).</summary>
    public string Locate(string command) => Path.IsPathRooted(command) ? command : Path.Combine(Image, command);
}
