namespace Operator.Kubernetes.Client;

/// <summary>The way to the API server cannot be made out. The message names the file and the field; it never holds a credential.</summary>
/// <param name="message">What is wrong, and where.</param>
/// <param name="inner">What was thrown, if anything.</param>
public sealed class KubernetesConfigException(string message, Exception? inner = null) : Exception(message, inner);
