using System.Text.Json;

namespace Operator.Reloader.Logging;

/// <summary>One JSON object a line on a stream (standard output). Never given a file's content, so no secret can get in.</summary>
internal sealed class JsonLog(Stream output, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <summary>Something that happened as it should.</summary>
    public void Info(string message, params ReadOnlySpan<(string Name, string? Value)> fields) => Write("info", message, fields);

    /// <summary>Something that somebody should look at.</summary>
    public void Warn(string message, params ReadOnlySpan<(string Name, string? Value)> fields) => Write("warn", message, fields);

    private void Write(string level, string message, ReadOnlySpan<(string Name, string? Value)> fields)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("level", level);
            json.WriteString("message", message);
            foreach (var (name, value) in fields)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        lock (_gate)
        {
            output.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
            output.Flush();
        }
    }
}
