using System.IO.Pipelines;
using System.Text;

namespace Operator.Testing.Kubernetes;

/// <summary>One open watch of the fake server.</summary>
internal sealed class FakeWatch(FakePath path, FakeRequest request)
{
    private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0));

    public FakePath Path { get; } = path;

    public FakeRequest Request { get; } = request;

    public Stream Stream => pipe.Reader.AsStream();

    public async Task SendAsync(string text) => await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

    public void End() => pipe.Writer.Complete();

    public void Break() => pipe.Writer.Complete(new IOException("The connection was reset."));
}
