using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Servers;

namespace Operator.Servers.Rendering;

/// <summary>imapd.conf(5): the user's texts, and below them what the operator manages.</summary>
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

    // Unless the user has chosen others.
    private static readonly (string Key, string Value)[] Defaults =
    [
        ("sievedir", PodPaths.ConfigDirectory + "/sieve"), // Cyrus' own (/usr/sieve) lies in the image, where nothing can be written
        ("tls_session_timeout", "0"), // no cache: each handshake would write it twice and wait for the disk, under one lock (ADR 0021)
    ];

    private const string Certificate = "tls_server_cert", Key = "tls_server_key";

    // A second file after a comma is a second pair (imap/tls.c:set_cert_stuff).
    private static readonly (string Key, string First, string Second)[] ManagedTls =
    [
        (Certificate, BundleFiles.TlsCertificate, BundleFiles.AlternateCertificate),
        (Key, BundleFiles.TlsKey, BundleFiles.AlternateKey),
    ];

    // Off by default since Cyrus 3.8, and unknown to 3.6, which passes over unknown options (lib/imapoptions, lib/libconfig.c).
    private const string AllowStartTls = "allowstarttls";

    /// <summary>The first line of spec.imapdConf that cannot be used, or null.</summary>
    public static InputProblem? Check(CyrusServer server) => Check(server, ImapdConfTexts.Of(server, []));

    /// <summary>The first line of the user's texts that cannot be used, or null.</summary>
    public static InputProblem? Check(CyrusServer server, ImapdConfTexts texts)
    {
        if (texts.FindControl() is { } control)
            return control;
        var services = Listeners.ServicesOf(server);
        // The version in the image is known only in the pod, so here a value is refused only when no known version would take it.
        if (ImapdConfCheck.Run(texts.Parsed, CyrusVersions.All, services) is [var error, ..])
            return new("ImapdConfInvalid", $"{texts.PlaceOf(error.Line)}, column {error.Column}: {error.Message}");
        var managed = ManagedKeys(services);
        foreach (var option in texts.Parsed.Options)
        {
            if (managed.Contains(option.Key))
                return new("ImapdConfInvalid", $"{texts.PlaceOf(option.Line)}: {option.Key} is managed by the operator; remove the line");
        }
        return null;
    }

    /// <summary>Renders the file.</summary>
    public static string Render(CyrusServer server, ImapdConfTexts texts)
    {
        var text = new StringBuilder(texts.Text).Append(SecretValues.Managed + "\n");
        foreach (var (key, value) in Managed)
            Append(text, key, value);
        foreach (var (key, value) in Defaults.Where(one => !texts.Parsed.Options.Any(option => option.Key == one.Key)))
            Append(text, key, value);
        if (server.Spec.Tls is { } tls)
            AppendTls(text, server, tls);
        return text.ToString();
    }

    private static void AppendTls(StringBuilder text, CyrusServer server, TlsSpec tls)
    {
        foreach (var (key, first, second) in ManagedTls)
            Append(text, key, PathOf(first) + (tls.AlternateSecretName is null ? "" : "," + PathOf(second)));
        foreach (var listener in Listeners.Of(server))
        {
            if (listener.Tls == TlsMode.None)
                Append(text, $"{listener.Service}_{Certificate}", "disabled");
            else if (listener.Tls == TlsMode.StartTls)
                Append(text, $"{listener.Service}_{AllowStartTls}", "yes");
        }
        foreach (var own in tls.ServiceCertificates ?? [])
        {
            Append(text, $"{own.Service}_{Certificate}", PathOf(BundleFiles.CertificateOf(own.Service)));
            Append(text, $"{own.Service}_{Key}", PathOf(BundleFiles.KeyOf(own.Service)));
        }
    }

    private static void Append(StringBuilder text, string key, string value) => text.Append(key).Append(": ").Append(value).Append('\n');

    private static string PathOf(string file) => $"{BundleFiles.GenerationToken}/{file}";

    private static HashSet<string> ManagedKeys(IReadOnlyList<string> services)
    {
        HashSet<string> keys = [.. Managed.Select(static option => option.Key), .. ManagedTls.Select(static option => option.Key), AllowStartTls];
        // "<service>_<option>" overrides the option for that service (Cyrus lib/libconfig.c:config_read_file).
        foreach (var key in keys.ToArray())
            keys.UnionWith(services.Select(service => $"{service}_{key}"));
        return keys;
    }
}
