using System.Text;
using Operator.Entities.Contract;
using Operator.Reloader.Native;

namespace Operator.Reloader.Generations;

/// <summary>
/// Staged generations: immutable directories named by digest, and the link that names the active one. Beside each that was active is where its
/// workers look for denied users (userdeny_db_path): a link to the configdirectory, or, to send its sessions away, to a list of our own.
/// </summary>
/// <param name="directory">Where they are.</param>
/// <param name="configDirectory">Cyrus' configdirectory.</param>
/// <param name="hasVersion6">Whether clients can come by IPv6 (<see cref="IpVersions"/>).</param>
internal sealed class GenerationStore(string directory, string configDirectory, bool hasVersion6 = true)
{
    private const string CurrentLink = "current";
    private const string Unfinished = ".tmp";
    private const string Denied = BundleFiles.DeniedSuffix;
    private const string Told = ".told";
    private const string DenyMessage = "The server has a new configuration; please connect again";
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.GroupRead;
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    /// <summary>The active generation's digest; null when there is none.</summary>
    public string? Active
    {
        get
        {
            var target = new DirectoryInfo(Path.Combine(directory, CurrentLink)).LinkTarget;
            return target is not null && Exists(target) ? target : null;
        }
    }

    /// <summary>A generation's directory.</summary>
    public string PathOf(string digest) => Path.Combine(directory, digest);

    /// <summary>Whether a generation is staged.</summary>
    public bool Exists(string digest) => Directory.Exists(PathOf(digest));

    /// <summary>
    /// Writes a bundle under the name of <paramref name="digest"/>; a directory that is already there is taken when it holds just that. Renamed
    /// into place when it is complete, so a name always stands for the whole.
    /// </summary>
    /// <exception cref="ReloadFailure">The bundle does not have the digest, or what is on the disk is not the bundle.</exception>
    public void Stage(IReadOnlyDictionary<string, byte[]> files, string digest)
    {
        if (BundleDigest.Compute(files) is var actual && actual != digest)
            throw new ReloadFailure("DigestMismatch", $"The files have the digest {actual}, not {digest}.");
        if (Exists(digest) && Holds(files, digest))
            return;
        Remove(digest);
        var staging = digest + Unfinished;
        Remove(staging);
        Directory.CreateDirectory(PathOf(staging));
        foreach (var (name, content) in files)
            WriteFile(Path.Combine(PathOf(staging), name), Resolve(name, content, digest));
        File.SetUnixFileMode(PathOf(staging), DirectoryMode);
        Directory.Move(PathOf(staging), PathOf(digest));

        if (Holds(files, digest))
            return;
        Remove(digest);
        throw new ReloadFailure("DigestMismatch", $"What was staged is not the bundle {digest}.");
    }

    /// <summary>Whether a staged generation holds these files and no other.</summary>
    public bool Holds(IReadOnlyDictionary<string, byte[]> files, string digest) =>
        Directory.GetFiles(PathOf(digest)).Length == files.Count
        && files.All(file => Bytes(digest, file.Key).AsSpan().SequenceEqual(Resolve(file.Key, file.Value, digest)));

    /// <summary>Makes a staged generation the active one: one rename(2).</summary>
    public void Flip(string digest)
    {
        Link(digest + Denied, configDirectory);
        Link(CurrentLink, digest);
    }

    /// <summary>
    /// From now on workers that started under a generation deny these users, whatever they ask for. A list is only ever replaced whole: its inode
    /// is what tells a worker to read it again (lib/cyrusdb_flat.c).
    /// </summary>
    public void DenyUsers(string digest, IEnumerable<string> users)
    {
        var told = PathOf(digest + Told);
        Directory.CreateDirectory(told);
        var list = Path.Combine(told, BundleFiles.DeniedUsers);
        File.WriteAllText(list + Unfinished, DenyList(users));
        Libc.ReplaceByRename(list + Unfinished, list);
        Link(digest + Denied, told);
    }

    /// <summary>
    /// A database of denied users (imap/userdeny_db.c:parse_record: version, services, message) in the flat format, which is sorted by bytes.
    /// Users whose name the format would have to escape are left out. Pure.
    /// </summary>
    public static string DenyList(IEnumerable<string> users) => string.Concat(users
        .Where(static user => user.All(static letter => letter is > ' ' and <= '~'))
        .Order(StringComparer.Ordinal)
        .Select(static user => $"{user}\t2\t*\t{DenyMessage}\n"));

    private void Link(string name, string target)
    {
        var link = PathOf(name) + Unfinished;
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
        Libc.ReplaceByRename(link, PathOf(name));
    }

    /// <summary>Whether two generations have the same cyrus.conf, that is, whether the master need not read it again.</summary>
    public bool HaveSameCyrusConf(string one, string other) =>
        Bytes(one, BundleFiles.CyrusConf).AsSpan().SequenceEqual(Bytes(other, BundleFiles.CyrusConf));

    /// <summary>Whether both configuration files read as the active generation's: then the server's own checker has read them already.</summary>
    public bool HasTextOfActive(string digest) =>
        Active is { } active && active != digest && HaveSameCyrusConf(active, digest) && ImapdConfOf(active) == ImapdConfOf(digest);

    /// <summary>Removes what nobody needs.</summary>
    public void Clean(IReadOnlySet<string> needed)
    {
        foreach (var entry in new DirectoryInfo(directory).GetFileSystemInfos())
        {
            if (entry.Name == CurrentLink || needed.Contains(entry.Name))
                continue;
            if (entry.Extension is Denied or Told && needed.Contains(Path.GetFileNameWithoutExtension(entry.Name)))
                continue;
            if (entry.LinkTarget is null)
                Remove(entry.Name);
            else
                entry.Delete();
        }
    }

    /// <summary>Removes a generation that was refused.</summary>
    public void Remove(string name)
    {
        var path = PathOf(name);
        if (!Directory.Exists(path))
            return;
        File.SetUnixFileMode(path, DirectoryMode | UnixFileMode.UserWrite);
        Directory.Delete(path, recursive: true);
    }

    /// <summary>Text of a generation's cyrus.conf; empty when there is none.</summary>
    public string CyrusConfOf(string digest) => Encoding.UTF8.GetString(Bytes(digest, BundleFiles.CyrusConf));

    /// <summary>Text of a generation's imapd.conf as it was published: with the token instead of its own directory.</summary>
    public string ImapdConfOf(string digest) => Encoding.UTF8.GetString(Unresolve(Bytes(digest, BundleFiles.ImapdConf), digest));

    private byte[] Bytes(string digest, string name)
    {
        var path = Path.Combine(PathOf(digest), name);
        return File.Exists(path) ? File.ReadAllBytes(path) : [];
    }

    private static void WriteFile(string path, byte[] content)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = System.IO.FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = FileMode,
        });
        file.Write(content);
    }

    // Latin-1 maps every byte to one character and back, so nothing but the token changes.
    private byte[] Resolve(string name, byte[] content, string digest) => name switch
    {
        BundleFiles.ImapdConf => Replace(content, BundleFiles.GenerationToken, PathOf(digest)),
        BundleFiles.CyrusConf when !hasVersion6 => IpVersions.OnlyVersion4(content),
        _ => content,
    };

    // The path ends with the digest of the very text it stands in: no user can have written it there.
    private byte[] Unresolve(byte[] content, string digest) => Replace(content, PathOf(digest), BundleFiles.GenerationToken);

    private static byte[] Replace(byte[] content, string from, string to) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(content).Replace(from, to, StringComparison.Ordinal));
}
