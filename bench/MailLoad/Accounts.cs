using Operator.Entities.Contract;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace MailLoad;

/// <summary>Makes the accounts and mailboxes that the load needs.</summary>
/// <param name="site">Where.</param>
/// <param name="space">The namespace of the pod mail-0.</param>
public sealed class Accounts(MailSite site, string space)
{
    /// <summary>All of them, by one command in the pod and one IMAP session.</summary>
    public async Task CreateAsync(int sessions, CancellationToken stop)
    {
        string[] users = [MailSite.Recipient, .. MailSite.Readers, .. MailSite.Owners(sessions)];
        await Kubectl.RunAsync(
            site.Password,
            stop,
            ["exec", "-i", "-n", space, "mail-0", "-c", "cyrus", "--", "/bin/sh", "-c",
                "read -r password; for user; do echo \"$password\" | /usr/sbin/saslpasswd2 -p -c -f " + PodPaths.ConfigDirectory + "/sasldb2 \"$user\" || exit 1; done",
                "sh", MailSite.Admin, .. users]);
        await using var admin = await ImapSession.OpenAsync(site.At(MailSite.Imap), implicitTls: false, stop);
        await admin.LoginAsync(MailSite.Admin, site.Password, stop);
        foreach (var user in users)
            await admin.CommandAsync($"CREATE user/{user}", stop);
        await admin.LogoutAsync(stop);
    }
}
