using System.Text;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Tests.Generations;

public sealed class GenerationStoreTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly GenerationStore store;

    public GenerationStoreTests() => store = new GenerationStore(directory.Path, "/var/lib/cyrus");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Staged_imapd_conf_names_its_own_directory_and_keeps_its_other_bytes()
    {
        var digest = Stage("tls_server_cert: {generation}/tls.crt\nname: \u00fc\n");

        File.ReadAllText(Path.Combine(store.PathOf(digest), "imapd.conf")).ShouldBe($"tls_server_cert: {store.PathOf(digest)}/tls.crt\nname: \u00fc\n");
        store.ImapdConfOf(digest).ShouldBe("tls_server_cert: {generation}/tls.crt\nname: \u00fc\n");
    }

    [Fact]
    public void Staged_files_can_be_read_by_nobody_else_and_written_by_nobody()
    {
        var digest = Stage("a: b\n");

        File.GetUnixFileMode(store.PathOf(digest)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.Combine(store.PathOf(digest), "tls.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead);
    }

    [Fact]
    public void Bundle_with_another_digest_is_refused_and_leaves_nothing()
    {
        var wrong = new string('0', BundleDigest.Length);

        Should.Throw<ReloadFailure>(() => store.Stage(Files("a: b\n"), wrong)).Reason.ShouldBe("DigestMismatch");

        Directory.EnumerateFileSystemEntries(directory.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Remains_of_a_staging_that_was_killed_are_replaced()
    {
        var digest = BundleDigest.Compute(Files("a: b\n"));
        directory.Write(digest + ".tmp/imapd.conf", "half");
        directory.Write(digest + "/imapd.conf", "spoiled");

        store.Stage(Files("a: b\n"), digest);

        store.Holds(Files("a: b\n"), digest).ShouldBeTrue();
        Directory.Exists(store.PathOf(digest + ".tmp")).ShouldBeFalse();
    }

    [Fact]
    public void Without_a_version_6_address_services_are_opened_for_version_4_alone()
    {
        var files = Files("a: b\n", "SERVICES {\n  imap cmd=imapd listen=143 prefork=5\n}\n");
        var digest = BundleDigest.Compute(files);
        var version4 = new GenerationStore(directory.Path, "/var/lib/cyrus", hasVersion6: false);
        version4.Stage(files, digest);

        version4.CyrusConfOf(digest).ShouldBe("SERVICES {\n  imap proto=tcp4 cmd=imapd listen=143 prefork=5\n}\n");
        version4.Holds(files, digest).ShouldBeTrue();
        store.Holds(files, digest).ShouldBeFalse();
    }

    [Fact]
    public void Flip_changes_what_is_active()
    {
        store.Active.ShouldBeNull();
        var one = Stage("a: 1\n");
        var two = Stage("a: 2\n");

        store.Flip(one);
        store.Active.ShouldBe(one);
        store.Flip(two);
        store.Active.ShouldBe(two);
        File.ReadAllText(directory["current/imapd.conf"]).ShouldBe("a: 2\n");
    }

    [Fact]
    public void Master_need_not_be_told_while_cyrus_conf_is_the_same()
    {
        var one = Stage("a: 1\n");
        var two = Stage("a: 2\n");
        var three = Stage("a: 2\n", "SERVICES {\n}\n");

        store.HaveSameCyrusConf(one, two).ShouldBeTrue();
        store.HaveSameCyrusConf(two, three).ShouldBeFalse();
    }

    [Theory]
    [InlineData("cert: {generation}/tls.crt\n", "START {\n}\n", true)]
    [InlineData("cert: {generation}/ca.crt\n", "START {\n}\n", false)]
    [InlineData("cert: {generation}/tls.crt\n", "SERVICES {\n}\n", false)]
    public void New_certificate_alone_leaves_the_text_as_it_is(string imapdConf, string cyrusConf, bool expected)
    {
        var active = Stage("cert: {generation}/tls.crt\n");
        var files = Files(imapdConf, cyrusConf);
        files["tls.key"] = "another"u8.ToArray();
        var digest = BundleDigest.Compute(files);
        store.Stage(files, digest);

        store.HasTextOfActive(digest).ShouldBeFalse("nothing is active yet");
        store.Flip(active);
        store.HasTextOfActive(active).ShouldBeFalse();
        store.HasTextOfActive(digest).ShouldBe(expected);
    }

    [Fact]
    public void Unneeded_generations_go()
    {
        var digests = Enumerable.Range(0, 5).Select(index => Stage($"a: {index}\n")).ToList();
        store.Flip(digests[4]);

        store.Clean(new HashSet<string> { digests[1], digests[4] });

        digests.Where(store.Exists).ShouldBe([digests[1], digests[4]]);
        store.Active.ShouldBe(digests[4]);
    }

    [Fact]
    public void Denied_users_of_a_generation_are_looked_for_in_the_configdirectory_until_some_are_told_to_go()
    {
        var digest = Stage("a: 1\n");
        store.Flip(digest);
        new FileInfo(directory[digest + ".deny"]).LinkTarget.ShouldBe("/var/lib/cyrus");

        store.DenyUsers(digest, ["zoe", "adam", "tab\tbed"]);
        File.ReadAllText(directory[digest + ".deny/user_deny.db"]).ShouldBe(GenerationStore.DenyList(["adam", "zoe"]));
        store.Clean(new HashSet<string> { digest });
        File.Exists(directory[digest + ".deny/user_deny.db"]).ShouldBeTrue();

        store.Flip(digest);
        new FileInfo(directory[digest + ".deny"]).LinkTarget.ShouldBe("/var/lib/cyrus");
        store.Flip(Stage("a: 2\n"));
        store.Clean(new HashSet<string> { store.Active! });
        Directory.GetFileSystemEntries(directory.Path).Select(Path.GetFileName).Order()
            .ShouldBe(new[] { store.Active, store.Active + ".deny", "current" }.Order());
    }

    [Fact]
    public void List_of_denied_users_is_sorted_and_has_no_name_that_must_be_escaped() =>
        GenerationStore.DenyList(["b", "a", "ä", "c d"]).ShouldBe(
            "a\t2\t*\tThe server has a new configuration; please connect again\n"
            + "b\t2\t*\tThe server has a new configuration; please connect again\n");

    private string Stage(string imapdConf, string cyrusConf = "START {\n}\n")
    {
        var files = Files(imapdConf, cyrusConf);
        var digest = BundleDigest.Compute(files);
        store.Stage(files, digest);
        return digest;
    }

    private static Dictionary<string, byte[]> Files(string imapdConf, string cyrusConf = "START {\n}\n") => new()
    {
        ["imapd.conf"] = Encoding.UTF8.GetBytes(imapdConf),
        ["cyrus.conf"] = Encoding.UTF8.GetBytes(cyrusConf),
        ["tls.key"] = "key"u8.ToArray(),
    };
}
