using System.Text;
using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Testing.Cluster;

namespace Operator.Testing.Canaries;

/// <summary>The secrets that the system itself has made in a namespace.</summary>
internal static class SecretsOfSpace
{
    private const string Token = "token";

    /// <summary>Notes report keys, and tokens of ServiceAccounts.</summary>
    public static async Task NoteAsync(string space, CancellationToken cancellationToken)
    {
        using var api = new RawApi();
        var secrets = await api.ReadJsonAsync($"/api/v1/namespaces/{space}/secrets", cancellationToken);
        foreach (var secret in secrets!.Value.GetProperty("items").EnumerateArray())
        {
            var name = secret.GetProperty("metadata").GetProperty("name").GetString();
            if (ValueOf(secret, BundleFiles.ReportKey) is { } key)
                KnownCanaries.Text($"the report key in {space}/{name}", key);
            // Of a token its signature: the rest tells nothing that is not told elsewhere.
            if (ValueOf(secret, Token) is { } token)
                KnownCanaries.Text($"the token in {space}/{name}", token[(token.LastIndexOf('.') + 1)..]);
        }
    }

    private static string? ValueOf(JsonElement secret, string key) =>
        secret.TryGetProperty("data", out var data) && data.TryGetProperty(key, out var value) ? Encoding.UTF8.GetString(value.GetBytesFromBase64()) : null;
}
