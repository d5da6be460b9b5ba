using System.Globalization;
using System.Text;

namespace Operator.Reloader.Signals;

/// <summary>
/// Names the processes that are stopped, or about to be. Written before the first SIGSTOP: whatever kills the engine, the guard
/// finds in it whom to continue. One pid a line.
/// </summary>
internal sealed class HeldFile(string path)
{
    /// <summary>Replaces the content. One write(2), so a reader sees all pids or, for an instant in which none is stopped, none.</summary>
    public void Write(IEnumerable<int> pids)
    {
        var text = new StringBuilder();
        foreach (var pid in pids)
            text.Append(CultureInfo.InvariantCulture, $"{pid}\n");
        File.WriteAllText(path, text.ToString());
    }

    /// <summary>Empties the file.</summary>
    public void Clear() => File.WriteAllText(path, "");
}
