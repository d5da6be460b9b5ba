using System.Text;
using System.Text.RegularExpressions;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Cluster;

/// <summary>Between the client and the network: keeps all that the server sends, and may make the first watch start too early.</summary>
internal sealed partial class RecordingHandler(KubernetesClientConfig config) : DelegatingHandler(HttpHandlers.Create(config))
{
    private readonly MemoryStream received = new();

    /// <summary>Instead of the version that the first watch asks for.</summary>
    public string? FirstWatchVersion { get; set; }

    /// <summary>How many lists were asked for.</summary>
    public int Lists { get; private set; }

    /// <summary>How many watches were answered.</summary>
    public int Watches { get; private set; }

    /// <summary>The protocol of the last answer.</summary>
    public Version? Version { get; private set; }

    /// <summary>All that was received.</summary>
    public string Text
    {
        get
        {
            lock (received)
                return Encoding.UTF8.GetString(received.ToArray());
        }
    }

    /// <summary>Waits until the network has seen it.</summary>
    public async Task WaitForAsync(Func<RecordingHandler, bool> holds, CancellationToken cancellationToken)
    {
        while (!holds(this))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isWatch = request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal);
        Lists += isWatch ? 0 : 1;
        if (isWatch && FirstWatchVersion is { } version)
        {
            request.RequestUri = new Uri(ResourceVersion().Replace(request.RequestUri.ToString(), $"resourceVersion={version}"));
            FirstWatchVersion = null;
        }
        var response = await base.SendAsync(request, cancellationToken);
        Version = response.Version;
        Watches += isWatch ? 1 : 0;
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        response.Content = new StreamContent(new Tee(stream, received));
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        received.Dispose();
    }

    [GeneratedRegex("resourceVersion=[0-9]+")]
    private static partial Regex ResourceVersion();

    /// <summary>Copies what is read.</summary>
    private sealed class Tee(Stream inner, MemoryStream copy) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            lock (copy)
                copy.Write(buffer.Span[..count]);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
