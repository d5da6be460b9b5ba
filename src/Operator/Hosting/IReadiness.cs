namespace Operator.Hosting;

/// <summary>A part that has to be there before the process counts as ready, besides the informers.</summary>
internal interface IReadiness
{
    /// <summary>Why it is not there; empty when it is.</summary>
    IEnumerable<string> NotReady();
}
