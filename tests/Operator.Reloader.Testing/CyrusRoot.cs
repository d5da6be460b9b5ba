namespace Operator.Reloader.Testing;

/// <summary>
/// Which Cyrus the tests run against: this machine's own, or the one unpacked under <c>CYRUS_ROOT</c> (hack/lib/cyrus-roots.sh). There every
/// process of a test changes its root, in a mount name space of its own, so nothing stays mounted.
/// </summary>
internal static class CyrusRoot
{
    /// <summary>The directory of the other Cyrus; null for this machine's own.</summary>
    public static string? Directory { get; } = Environment.GetEnvironmentVariable("CYRUS_ROOT") is { Length: > 0 } root ? root : null;

    /// <summary>Where a program or library of this machine is seen by a process of the test.</summary>
    public static string Host(string path) => Directory is null ? path : "/host" + path;

    /// <summary>
    /// A shell command that turns itself into its arguments, run as the user cyrus in a session of its own, as in the pod: no privileges,
    /// stdin from /dev/null. sh replaces itself step by step, so the pid stays the same.
    /// </summary>
    public static string AsCyrus { get; } = Directory is null
        ? "exec setpriv --reuid cyrus --regid mail --clear-groups --no-new-privs -- setsid \"$@\" </dev/null"
        : $"""
            exec unshare --mount --propagation private -- sh -ec '
                for directory in dev proc tmp; do mount --rbind /$directory {Directory}/$directory; done
                mount --rbind / {Directory}/host
                exec chroot {Directory} setpriv --reuid cyrus --regid mail --clear-groups --no-new-privs -- setsid "$@"' sh "$@" </dev/null
            """;

    /// <summary>Fails the test, with the command that mends it, when the server is not there.</summary>
    public static void Require()
    {
        if (!File.Exists(Directory + "/usr/lib/cyrus/bin/httpd") || !File.Exists(Directory + "/usr/lib/cyrus/bin/pop3d"))
            throw new InvalidOperationException("The Cyrus server is not there; this installs it and runs the tests: hack/test --filter Cyrus");
        if (Environment.UserName != "root")
            throw new InvalidOperationException("Run as root: the tests start a mail server as the user cyrus.");
    }
}
