using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Controllers;

/// <summary>Brings the world one step nearer to what an object asks for.</summary>
public interface IReconciler
{
    /// <summary>
    /// Reads the world afresh, decides, and writes what differs. Called for one key by one worker at a time. It may be called at any
    /// time and any number of times, also for an object that is gone, and must then change nothing.
    /// </summary>
    /// <param name="key">The object; why it is its turn is not told.</param>
    /// <param name="cancellationToken">Cancelled when the time to stop in is over.</param>
    /// <returns>When to come again without any change.</returns>
    /// <exception cref="Exception">Whatever is thrown is logged, and the key comes again, later each time.</exception>
    Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken);
}
