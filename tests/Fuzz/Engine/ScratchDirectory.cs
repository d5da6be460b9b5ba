namespace Fuzz.Engine;

/// <summary>A directory in memory for parsers that take a path.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    /// <summary>Its path.</summary>
    public string Path { get; } = Directory.CreateDirectory($"/dev/shm/fuzz-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}").FullName;

    /// <summary>Writes a file.</summary>
    public void Write(string name, byte[] content) => File.WriteAllBytes(System.IO.Path.Combine(Path, name), content);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
