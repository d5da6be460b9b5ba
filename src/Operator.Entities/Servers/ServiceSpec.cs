using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Operator.Entities.Contract;

namespace Operator.Entities.Servers;

/// <summary>One service of cyrus.conf(5).</summary>
public sealed record ServiceSpec
{
    /// <summary>The service's name: letters and digits only, since the master exits on any other character.</summary>
    [RegularExpression("^[a-z][a-z0-9]{0,14}$")]
    public required string Name { get; init; }

    /// <summary>What it speaks.</summary>
    public required MailProtocol Protocol { get; init; }

    /// <summary>TCP port, above 1023 because the pod has no privileges.</summary>
    [Range(1024, 65535)]
    public required int Port { get; init; }

    /// <summary>How TLS starts.</summary>
    [DefaultValue("none")]
    public TlsMode Tls { get; init; }

    /// <summary>
    /// Idle workers that the master keeps ready for each IP version of the pod: it opens one socket per version, each with workers of its
    /// own (master/master.c: service_create). 0 counts as 1: the master keeps one ready (babysit), so that a service whose workers all died
    /// comes back by itself.
    /// </summary>
    [Range(0, 1000)]
    [DefaultValue(0)]
    public int Prefork { get; init; }

    /// <summary>Most workers at a time; -1 is no limit.</summary>
    [Range(-1, 100000)]
    [DefaultValue(-1)]
    public int MaxChild { get; init; } = -1;
}
