using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Tls;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Checks;

/// <summary>Judges a staged generation before anything live is touched (law 3).</summary>
/// <param name="store">Where it is staged.</param>
/// <param name="binaries">The copies of the service binaries.</param>
/// <param name="tools">The server's own programs.</param>
/// <param name="time">The clock.</param>
internal sealed class GenerationCheck(GenerationStore store, ServiceBinaryCopies binaries, ServerTools tools, TimeProvider time)
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Runs all checks.</summary>
    /// <param name="digest">Names the generation.</param>
    /// <param name="tolerateAge">Whether an expired certificate, or one that is not valid yet, is let through.</param>
    /// <param name="dnsNames">Host names that the certificate must cover.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ReloadFailure">The first that failed.</exception>
    public async Task<GenerationFacts> RunAsync(string digest, bool tolerateAge, IReadOnlyList<string> dnsNames, CancellationToken stop)
    {
        var directory = store.PathOf(digest);
        var demands = new CertificateDemands(tolerateAge ? null : time.GetUtcNow()) { DnsNames = dnsNames, Level = LevelIn(directory) };
        var facts = GenerationFacts.Read(directory, demands);
        var imapdConf = Required(directory, BundleFiles.ImapdConf);
        var cyrusConf = Required(directory, BundleFiles.CyrusConf);

        var text = await File.ReadAllTextAsync(imapdConf, stop);
        var entries = ReadConfiguration(text, await File.ReadAllTextAsync(cyrusConf, stop), await tools.Version.FindAsync(stop));
        ListenerRules.Check(entries, facts.Listeners, tools.ImapdConf);
        if (!store.HasTextOfActive(digest))
        {
            foreach (var service in ServicesOf(entries))
                await tools.Lint.RunAsync(imapdConf, cyrusConf, service, stop);
        }
        foreach (var entry in entries)
            CheckProgram(entry);
        CheckNamedFiles(text, directory);
        await PreflightAsync(entries, text, facts, stop);
        return facts;
    }

    private static void CheckNamedFiles(string imapdConf, string directory)
    {
        var problem = NamedFiles.Check(ImapdConf.Parse(imapdConf), TitleOf, static _ => true, TryRead);
        if (problem is not null)
            throw new ReloadFailure(problem.Reason, problem.Message.Replace(directory + "/", "", StringComparison.Ordinal) + ".");
    }

    // What is no absolute path may be anything that got into the wrong line, also a password.
    private static string TitleOf(ImapdOption option) =>
        $"{BundleFiles.ImapdConf} line {option.Line}: {option.Key} names {(Path.IsPathRooted(option.Value) ? option.Value : "a file")}";

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The entries of cyrus.conf, when our own parsers find nothing in both files that the server would refuse. Pure.</summary>
    /// <param name="imapdConf">Text of imapd.conf.</param>
    /// <param name="cyrusConf">Text of cyrus.conf.</param>
    /// <param name="versions">A value is refused when each of these refuses it.</param>
    /// <exception cref="ReloadFailure">ConfigurationInvalid, with file, line and column.</exception>
    public static IReadOnlyList<CyrusConfEntry> ReadConfiguration(string imapdConf, string cyrusConf, IReadOnlyList<CyrusVersion> versions)
    {
        var parsed = CyrusConf.Parse(cyrusConf);
        foreach (var problem in parsed.Problems)
        {
            // An entry that the master would pass over is a service or a daemon that would be missed.
            if (problem.AtStart != CyrusConfSeverity.Warning)
                throw Invalid(BundleFiles.CyrusConf, problem.Line, problem.Column, problem.Message);
        }
        var options = ImapdConf.Parse(imapdConf);
        if (ImapdConfCheck.Run(options, versions, ServicesOf(parsed.Entries)) is [var error, ..])
            throw Invalid(BundleFiles.ImapdConf, error.Line, error.Column, error.Message);
        if (!options.Options.Any(static option => option.Key == "configdirectory"))
            throw new ReloadFailure("ConfigurationInvalid", $"{BundleFiles.ImapdConf} has no option configdirectory; no program starts without it.");
        return parsed.Entries;
    }

    private static ReloadFailure Invalid(string file, int line, int column, string message) =>
        new("ConfigurationInvalid", $"{file} line {line}, column {column}: {message}");

    private static IEnumerable<string> ServicesOf(IReadOnlyList<CyrusConfEntry> entries) =>
        entries.Where(static entry => entry.Section == "SERVICES").Select(static entry => entry.Name).Distinct();

    private async Task PreflightAsync(
        IReadOnlyList<CyrusConfEntry> entries, string imapdConf, GenerationFacts facts, CancellationToken stop)
    {
        var listenerOf = facts.Listeners.ToDictionary(listener => listener.Service);
        Task[] trials =
        [
            .. entries.Where(static entry => entry.Section == "SERVICES" && PreflightWorker.CanTry(entry))
                .Select(entry => TryAsync(entry with { Command = tools.Locate(entry.Command) }, listenerOf.GetValueOrDefault(entry.Name))),
        ];
        // All end before one is reported, and it is always the first in the file: the same fault gives the same message.
        await Task.WhenAll(trials).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            foreach (var trial in trials)
                await trial;
        }
        catch (ReloadFailure failure) when (failure.Reason == PreflightWorker.Reason && facts.WeakSignature is { } weak)
        {
            throw new ReloadFailure(weak.Reason, $"{weak.Message}. {failure.Message}");
        }

        async Task TryAsync(CyrusConfEntry entry, Listener? listener)
        {
            // A trial worker serves one connection, so there is one for each sight.
            foreach (var sight in facts.SightsOf(listener))
                await tools.Preflight.RunAsync(entry, imapdConf, listener, sight, stop);
        }
    }

    private static int LevelIn(string directory) => SecurityLevel.Of(ImapdConf.Parse(TextOf(Path.Combine(directory, BundleFiles.ImapdConf))));

    private static string TextOf(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static string Required(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return File.Exists(path) ? path : throw new ReloadFailure("FileMissing", $"The bundle has no {name}.");
    }

    /// <summary>
    /// A SERVICES or DAEMON program that is missing makes the master exit on SIGHUP, a START program that is missing makes it exit at
    /// start; a missing EVENTS program is only logged (master.c:add_service, run_startup).
    /// </summary>
    private void CheckProgram(CyrusConfEntry entry)
    {
        if (entry.Program.Length == 0 || entry.Section == "EVENTS")
            return;
        var path = tools.Locate(entry.Program);
        if (binaries.Holds(path))
            binaries.Ensure(path);
        if (!File.Exists(path) || (File.GetUnixFileMode(path) & Executable) == 0)
        {
            throw new ReloadFailure(
                "ProgramMissing", $"{BundleFiles.CyrusConf} line {entry.Line}: {entry.Name} names the program {path}, which is not executable here.");
        }
    }
}
