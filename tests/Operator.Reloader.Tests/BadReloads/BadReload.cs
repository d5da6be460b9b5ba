using System.Text;
using Operator.Entities.Contract;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.BadReloads;

/// <summary>What becomes of a server that is reloaded with a fault, with nobody to look after it.</summary>
internal enum Alone
{
    /// <summary>The master exits: every session and every listener is gone.</summary>
    Dies,

    /// <summary>The master lives, but no service answers any more.</summary>
    LosesAll,

    /// <summary>The master lives, but some services do not answer, or not with TLS.</summary>
    LosesSome,

    /// <summary>Everything is served: the server does not mind.</summary>
    ServesOn,
}

/// <summary>One fault.</summary>
/// <param name="Name">What is wrong, in words.</param>
/// <param name="Spoil">Does it to the files of a good bundle.</param>
/// <param name="Alone">What the server does on its own.</param>
/// <param name="Mention">What our message must contain; empty when the fault is none to us either.</param>
internal sealed record BadReload(string Name, Action<Dictionary<string, byte[]>, FaultContext> Spoil, Alone Alone, params string[] Mention)
{
    public override string ToString() => Name;
}

/// <summary>What a fault may use.</summary>
/// <param name="Certificate">The certificate of the bundle.</param>
/// <param name="Other">Another one.</param>
internal sealed record FaultContext(TestCertificate Certificate, TestCertificate Other);

/// <summary>Ways to damage the files.</summary>
internal static class Damage
{
    public static string Text(this Dictionary<string, byte[]> files, string name) => Encoding.Latin1.GetString(files[name]);

    public static void Put(this Dictionary<string, byte[]> files, string name, string text) => files[name] = Encoding.Latin1.GetBytes(text);

    public static void Replace(this Dictionary<string, byte[]> files, string name, string from, string to)
    {
        var text = files.Text(name);
        text.ShouldContain(from);
        files.Put(name, text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>A line after the last one of imapd.conf.</summary>
    public static Action<Dictionary<string, byte[]>, FaultContext> Option(string line) =>
        (files, _) => files.Put(BundleFiles.ImapdConf, files.Text(BundleFiles.ImapdConf) + line + "\n");

    /// <summary>A text of imapd.conf is replaced.</summary>
    public static Action<Dictionary<string, byte[]>, FaultContext> Imapd(string from, string to) =>
        (files, _) => files.Replace(BundleFiles.ImapdConf, from, to);

    /// <summary>A text of cyrus.conf is replaced.</summary>
    public static Action<Dictionary<string, byte[]>, FaultContext> CyrusConf(string from, string to) =>
        (files, _) => files.Replace(BundleFiles.CyrusConf, from, to);

    /// <summary>A line before the end of SERVICES.</summary>
    public static Action<Dictionary<string, byte[]>, FaultContext> Service(string line) => CyrusConf("}\nDAEMON", line + "\n}\nDAEMON");

    /// <summary>A file gets another content, or goes.</summary>
    public static Action<Dictionary<string, byte[]>, FaultContext> File(string name, Func<FaultContext, string?> content) => (files, context) =>
    {
        if (content(context) is { } text)
            files.Put(name, text);
        else
            files.Remove(name);
    };
}
