using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Tests.Client;

/// <summary>What a credential plugin prints.</summary>
internal static class ExecOutput
{
    public static string Token(string token, DateTimeOffset? expires = null) => Credential(new JsonObject { ["token"] = token }, expires);

    public static string Certificate(string certificate, string key, DateTimeOffset? expires = null) =>
        Credential(new JsonObject { ["clientCertificateData"] = certificate, ["clientKeyData"] = key }, expires);

    public static string Credential(JsonObject status, DateTimeOffset? expires = null, string version = "v1")
    {
        if (expires is { } until)
            status["expirationTimestamp"] = until.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        return new JsonObject
        {
            ["apiVersion"] = $"client.authentication.k8s.io/{version}",
            ["kind"] = "ExecCredential",
            ["status"] = status,
        }.ToJsonString();
    }
}
