using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Operator.Kubernetes.Client.Kubeconfigs;

/// <summary>
/// A parser that stops at what would use up the stack, and so end the process: YamlDotNet calls itself for each level, and without an end for two keys that are
/// aliases of nothing (YamlAliasNode.Equals) or for a node that holds itself.
/// </summary>
internal sealed class ShallowParser(TextReader text) : IParser
{
    private const int Deepest = 100; // a kubeconfig has some ten levels

    private readonly Parser parser = new(text);
    private readonly Stack<AnchorName> open = [];
    private readonly HashSet<AnchorName> known = [];

    /// <inheritdoc/>
    public ParsingEvent? Current => parser.Current;

    /// <inheritdoc/>
    /// <exception cref="YamlException">It is no YAML, is nested too deeply, or names what does not stand before it.</exception>
    public bool MoveNext()
    {
        var hasMore = parser.MoveNext();
        switch (parser.Current)
        {
            case AnchorAlias alias when !known.Contains(alias.Value):
                throw new YamlException(alias.Start, alias.End, "an alias of nothing that stands before it");
            case Scalar { Anchor.IsEmpty: false } scalar:
                known.Add(scalar.Anchor);
                break;
            case MappingStart or SequenceStart:
                open.Push(((NodeEvent)parser.Current).Anchor);
                break;
            case MappingEnd or SequenceEnd:
                known.Add(open.Pop());
                break;
        }
        return open.Count <= Deepest ? hasMore : throw new YamlException(parser.Current!.Start, parser.Current.End, "too many levels");
    }
}
