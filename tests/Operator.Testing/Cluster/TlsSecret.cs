using System.Text;
using System.Text.Json.Nodes;
using Operator.Testing.Mail;

namespace Operator.Testing.Cluster;

/// <summary>A Secret of type kubernetes.io/tls, as it is written to the API.</summary>
public static class TlsSecret
{
    /// <summary>The whole of it, for kubectl apply.</summary>
    public static string ManifestOf(string space, string name, TestCertificate certificate) =>
        $$"""
        {"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls","metadata":{"name":"{{name}}","namespace":"{{space}}"},
         "data":{{DataOf(certificate).ToJsonString()}} }
        """;

    /// <summary>A merge patch that brings another certificate.</summary>
    public static JsonObject PatchOf(TestCertificate certificate) => new() { ["data"] = DataOf(certificate) };

    private static JsonObject DataOf(TestCertificate certificate) =>
        new() { ["tls.crt"] = Base64(certificate.ChainPem), ["tls.key"] = Base64(certificate.KeyPem) };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
