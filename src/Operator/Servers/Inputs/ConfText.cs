using System.Text;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Inputs;

/// <summary>A text of imapd.conf.</summary>
/// <param name="Origin">Where it came from, as in "Secret post/db key sql.conf".</param>
/// <param name="Text">It; never told to anybody.</param>
internal sealed record ConfText(string Origin, string Text)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether it came from a Secret, so that nothing of it may be quoted.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Takes a text out of a Secret.</summary>
    /// <param name="field">The field that names it, for messages.</param>
    /// <param name="key">The Secret's name.</param>
    /// <param name="reference">Which of its keys.</param>
    /// <param name="secret">The Secret; null when it does not exist.</param>
    /// <returns>The text, or why there is none; neither when it may be missing and is.</returns>
    public static (ConfText? Text, InputProblem? Problem) From(string field, ObjectKey key, KeyReference reference, V1Secret? secret)
    {
        var content = secret?.Data?.TryGetValue(reference.Key, out var bytes) == true ? bytes : null;
        var (text, problem) = From("Secret", field, key, reference, secret is not null, content);
        return (text is null ? null : text with { IsSecret = true }, problem);
    }

    /// <summary>Takes a text out of a ConfigMap.</summary>
    /// <inheritdoc cref="From(string, ObjectKey, KeyReference, V1Secret)"/>
    public static (ConfText? Text, InputProblem? Problem) From(string field, ObjectKey key, KeyReference reference, V1ConfigMap? map)
    {
        var content = map?.Data?.TryGetValue(reference.Key, out var text) == true ? Encoding.UTF8.GetBytes(text)
            : map?.BinaryData?.TryGetValue(reference.Key, out var bytes) == true ? bytes
            : null;
        return From("ConfigMap", field, key, reference, map is not null, content);
    }

    private static (ConfText? Text, InputProblem? Problem) From(
        string kind, string field, ObjectKey key, KeyReference reference, bool exists, byte[]? content)
    {
        if (content is null)
        {
            if (reference.Optional)
                return default;
            return (null, exists
                ? new InputProblem("KeyNotFound", $"{kind} {key} ({field}) has no key {reference.Key}")
                : new InputProblem($"{kind}NotFound", $"{kind} {key} ({field}) does not exist"));
        }
        var origin = $"{kind} {key} key {reference.Key}";
        try
        {
            return (new ConfText(origin, Strict.GetString(content)), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, new InputProblem("ImapdConfInvalid", $"{origin} ({field}) is no text in UTF-8"));
        }
    }
}
