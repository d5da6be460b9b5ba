using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Servers;

namespace Operator.Servers.Rendering;

/// <summary>imapd.conf(5): the user's text, and below it what the operator manages.</summary>
internal static class ImapdConfRenderer
{
    private static readonly (string Key, string Value)[] Managed =
    [
        ("configdirectory", PodPaths.ConfigDirectory),
        ("defaultpartition", "default"),
        ("partition-default", PodPaths.Spool),
        ("proc_path", PodPaths.Run + "/proc"),
        ("mboxname_lockpath", PodPaths.Run + "/lock"),
        ("lmtpsocket", PodPaths.Run + "/socket/lmtp"),
        ("idlesocket", PodPaths.Run + "/socket/idle"),
        ("notifysocket", PodPaths.Run + "/socket/notify"),
        ("temp_path", "/tmp"),
        ("userdeny_db", "flat"),
        ("userdeny_db_path", BundleFiles.GenerationToken + BundleFiles.DeniedSuffix + "/" + BundleFiles.DeniedUsers),
    ];

    // A second file after a comma is a second pair (imap/tls.c:set_cert_stuff).
    private static readonly (string Key, string First, string Second)[] ManagedTls =
    [
        ("tls_server_cert", BundleFiles.TlsCertificate, BundleFiles.AlternateCertificate),
        ("tls_server_key", BundleFiles.TlsKey, BundleFiles.AlternateKey),
    ];

    // Off by default since Cyrus 3.8, and unknown to 3.6, which passes over unknown options (lib/imapoptions, lib/libconfig.c).
    private const string AllowStartTls = "allowstarttls";

    /// <summary>The first line of the user's text that cannot be used, or null.</summary>
    public static InputProblem? Check(CyrusServer server)
    {
        var parsed = ImapdConf.Parse(server.Spec.ImapdConf);
        var services = Listeners.ServicesOf(server);
        // The version in the image is known only in the pod, so here a value is refused only when no known version would take it.
        if (ImapdConfCheck.Run(parsed, CyrusVersions.All, services) is [var error, ..])
            return new("ImapdConfInvalid", $"spec.imapdConf line {error.Line}, column {error.Column}: {error.Message}");
        var managed = ManagedKeys(services);
        foreach (var option in parsed.Options)
        {
            if (managed.Contains(option.Key))
                return new("ImapdConfInvalid", $"spec.imapdConf line {option.Line}: {option.Key} is managed by the operator; remove the line");
        }
        return null;
    }

    /// <summary>
    /// Renders the file. The user's text comes first, so that a line number in an error of Cyrus is the line in spec.imapdConf.
    /// </summary>
    public static string Render(CyrusServer server)
    {
        // The empty line takes up a continuation backslash at the end of the user's text.
        var text = new StringBuilder(server.Spec.ImapdConf).Append("\n\n# Managed by cyrus-operator.\n");
        foreach (var (key, value) in Managed)
            text.Append(key).Append(": ").Append(value).Append('\n');
        if (server.Spec.Tls is not { } tls)
            return text.ToString();
        foreach (var (key, first, second) in ManagedTls)
        {
            text.Append(key).Append(": ").Append(BundleFiles.GenerationToken).Append('/').Append(first);
            if (tls.AlternateSecretName is not null)
                text.Append(',').Append(BundleFiles.GenerationToken).Append('/').Append(second);
            text.Append('\n');
        }
        foreach (var service in Listeners.Of(server))
        {
            if (service.Tls == TlsMode.None)
                text.Append(service.Service).Append("_tls_server_cert: disabled\n");
            else if (service.Tls == TlsMode.StartTls)
                text.Append(service.Service).Append('_').Append(AllowStartTls).Append(": yes\n");
        }
        return text.ToString();
    }

    private static HashSet<string> ManagedKeys(IReadOnlyList<string> services)
    {
        HashSet<string> keys = [.. Managed.Select(static option => option.Key), .. ManagedTls.Select(static option => option.Key), AllowStartTls];
        // "<service>_<option>" overrides the option for that service (Cyrus lib/libconfig.c:config_read_file).
        foreach (var key in keys.ToArray())
            keys.UnionWith(services.Select(service => $"{service}_{key}"));
        return keys;
    }
}
