using Operator.Entities.Contract;
using Operator.Entities.Servers;

namespace Operator.Servers.Rendering;

/// <summary>What a server listens on, whichever way it was given: as services or as the text of cyrus.conf. Pure.</summary>
internal static class Listeners
{
    /// <summary>What clients see and what is proved; as far as the spec can be read.</summary>
    public static IReadOnlyList<Listener> Of(CyrusServer server) => server.Spec.CyrusConf is { } text
        ? CyrusConfText.Read(text, server.Spec.Tls is not null).Listeners
        : [.. ServiceRules.Of(server).Select(static service => new Listener(service.Name, service.Protocol, service.Port, service.Tls))];

    /// <summary>Names of all services of the master: of the listeners, and of programs that are none of the mail protocols', such as sync_server.</summary>
    public static IReadOnlyList<string> ServicesOf(CyrusServer server) => server.Spec.CyrusConf is { } text
        ? CyrusConfText.Read(text, server.Spec.Tls is not null).Services
        : [.. ServiceRules.Of(server).Select(static service => service.Name)];

    /// <summary>The first thing that cannot work, or null.</summary>
    public static InputProblem? Check(CyrusServer server) => server.Spec.CyrusConf is { } text
        ? CyrusConfText.Read(text, server.Spec.Tls is not null).Problem
        : ServiceRules.Check(server);
}
