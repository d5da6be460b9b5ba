using System.Globalization;
using Operator.Entities.Configuration;

namespace Operator.Reloader.Reload;

/// <summary>Numbers that cyrus.conf has for its services. Pure.</summary>
internal static class ServiceNumbers
{
    /// <summary>A number by service; a service that has none, or a negative one, is left out.</summary>
    /// <param name="cyrusConf">Text of cyrus.conf.</param>
    /// <param name="argument">Its name: prefork, maxchild.</param>
    public static IReadOnlyDictionary<string, int> Read(string cyrusConf, string argument)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in CyrusConf.Parse(cyrusConf).Entries)
        {
            if (entry.Section == "SERVICES"
                && int.TryParse(entry.Find(argument)?.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= 0)
            {
                numbers.TryAdd(entry.Name, number);
            }
        }
        return numbers;
    }
}
