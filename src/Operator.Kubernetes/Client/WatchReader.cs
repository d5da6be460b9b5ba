using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>Reads a watch's stream: one JSON object a line.</summary>
internal sealed class WatchReader<T>(Stream stream, Resource<T> resource, string description) : IAsyncDisposable
    where T : class, IKubernetesObject
{
    /// <summary>Longest line, in bytes. etcd keeps objects below 1.5 MB; without a limit a broken peer would fill the memory.</summary>
    internal const int MaxLine = 8 * 1024 * 1024;

    private readonly PipeReader pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 32 * 1024, leaveOpen: true));

    /// <summary>The next event; null at the end of the stream.</summary>
    /// <exception cref="ApiException">An ERROR event.</exception>
    /// <exception cref="IOException">The stream ended in the middle of a line.</exception>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    /// <exception cref="JsonException">A line is no event.</exception>
    public async Task<WatchEvent<T>?> ReadAsync(CancellationToken cancellationToken)
    {
        long searched = 0;
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            if (FindLine(read.Buffer, searched) is { } end)
                return Take(read.Buffer, end);
            searched = read.Buffer.Length;
            if (searched > MaxLine)
                throw new InvalidDataException($"{description}: an event is longer than {MaxLine} bytes.");
            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
                return searched == 0 ? null : throw new IOException($"{description}: the stream broke off within an event.");
        }
    }

    public ValueTask DisposeAsync() => pipe.CompleteAsync();

    private static SequencePosition? FindLine(ReadOnlySequence<byte> buffer, long searched) =>
        buffer.Slice(searched).PositionOf((byte)'\n');

    private WatchEvent<T> Take(ReadOnlySequence<byte> buffer, SequencePosition end)
    {
        try
        {
            var next = Parse(buffer.Slice(0, end));
            pipe.AdvanceTo(buffer.GetPosition(1, end));
            return next;
        }
        catch (InvalidOperationException error)
        {
            // The reader says so of a text with half a character in it.
            throw new JsonException($"{description}: a text that is none.", error);
        }
    }

    /// <summary>The envelope's members may come in any order; the type decides how the object is read.</summary>
    private WatchEvent<T> Parse(ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var content = default(Utf8JsonReader);
        string? type = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
                type = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            if (isObject)
                content = reader;
            reader.Skip();
        }
        return type switch
        {
            "ADDED" => Event(WatchEventType.Added, ref content),
            "MODIFIED" => Event(WatchEventType.Modified, ref content),
            "DELETED" => Event(WatchEventType.Deleted, ref content),
            "BOOKMARK" => Bookmark(ref content),
            "ERROR" => throw Error(ref content),
            _ => throw new JsonException($"{description}: unknown event type '{type}'."),
        };
    }

    private WatchEvent<T> Event(WatchEventType type, ref Utf8JsonReader content)
    {
        var value = JsonSerializer.Deserialize(ref content, resource.Json)
            ?? throw new JsonException($"{description}: an event without its object.");
        return new WatchEvent<T>(type, value, value.Metadata.ResourceVersion ?? throw WithoutVersion());
    }

    /// <summary>A bookmark's object has its version only, so it need not fit the kind.</summary>
    private WatchEvent<T> Bookmark(ref Utf8JsonReader content)
    {
        var value = JsonSerializer.Deserialize(ref content, KubernetesJson.Default.PartialObjectMetadata);
        return new WatchEvent<T>(WatchEventType.Bookmark, null, value?.Metadata.ResourceVersion ?? throw WithoutVersion());
    }

    private ApiException Error(ref Utf8JsonReader content)
    {
        var status = JsonSerializer.Deserialize(ref content, KubernetesJson.Default.V1Status);
        return new ApiException(description, (HttpStatusCode)(status?.Code ?? 500), status);
    }

    private JsonException WithoutVersion() => new($"{description}: an event without metadata.resourceVersion.");
}
