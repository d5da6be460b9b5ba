using Operator.Entities.Configuration;
using Operator.Reloader.Checks;

namespace Operator.Reloader.Tests.Checks;

public sealed class PreflightFailureTests
{
    private const string Error = """
        {"time":"2026-11-23T20:00:00.000001Z","level":"err","service":"imaps","pid":7,"ident":"cyrus/imaps","facility":"mail","message":"TLS server engine: cannot load cipher list 'hunter2'"}
        """;

    private static readonly CyrusConfEntry Imaps =
        CyrusConf.Parse("SERVICES {\n  imaps cmd=\"imapd -s\" listen=\"1993\"\n}\n").Entries.Single();

    [Theory]
    [InlineData("tls_ciphers: hunter2\n", "hunter2")]
    [InlineData("# From ConfigMap post/shared key a.\ntls_ciphers: hunter2\n", "hunter2")]
    [InlineData("# From Secret post/tls key a.\ntls_ciphers: hunter2\n", "...")]
    public void What_Cyrus_says_is_told_without_what_is_from_a_Secret(string imapdConf, string told) =>
        PreflightWorker.Failure(Imaps, "it fails: NO bad hunter2", Error, imapdConf).Message
            .ShouldBe($"Service imaps: it fails: NO bad {told} (TLS server engine: cannot load cipher list '{told}').");
}
