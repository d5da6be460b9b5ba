using System.Globalization;
using System.Net;
using MailLoad;

// The load by itself, for a look at a server: the accounts of MailSite must be there, all with the one password that is read from standard input.
if (args is not [var host, var sessions, var perSecond, var seconds])
{
    Console.Error.WriteLine("Usage: MailLoad ADDRESS SESSIONS CONNECTIONS-PER-SECOND SECONDS <PASSWORD-FILE");
    return 2;
}
var site = new MailSite(IPAddress.Parse(host), Console.ReadLine() ?? "");
var tally = new Tally();
await using var held = await HeldSessions.OpenAsync(site, int.Parse(sessions, CultureInfo.InvariantCulture), tally, CancellationToken.None);
var arrivals = Arrivals.Start(site, double.Parse(perSecond, CultureInfo.InvariantCulture), tally);
var deliveries = Deliveries.Start(site, perSecond: 2, tally);
await Task.Delay(TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), TimeProvider.System);
await arrivals.EndAsync();
var balance = await deliveries.BalanceAsync(CancellationToken.None);

Console.WriteLine($"{held.Alive} sessions are there; {tally.Handshakes.Count} new connections, {tally.Handshakes.DistinctBy(static one => one.LeafSha256).Count()} certificates");
Console.WriteLine($"{balance.Accepted} messages accepted, {balance.Lost.Count} lost, {balance.Doubled.Count} doubled");
foreach (var group in tally.Troubles.GroupBy(static trouble => (trouble.What, trouble.Client)))
    Console.WriteLine($"{group.Key.What} {group.Key.Client}: {group.Count()}, the first: {group.First().Detail}");
return tally.Troubles.Count == 0 && balance is { Lost.Count: 0, Doubled.Count: 0 } ? 0 : 1;
