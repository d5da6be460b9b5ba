using System.Text.Json;

namespace Operator.Kubernetes.Api;

/// <summary>
/// admission.k8s.io/v1 AdmissionReview: what the API server asks a webhook before it stores an object, and the answer, which is one too.
/// </summary>
public sealed record V1AdmissionReview
{
    /// <summary>The value of <see cref="ApiVersion"/>; the answer has to carry the one of the question.</summary>
    public const string Version = "admission.k8s.io/v1";

    /// <summary><c>admission.k8s.io/v1</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary><c>AdmissionReview</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>The question.</summary>
    public V1AdmissionRequest? Request { get; init; }

    /// <summary>The answer.</summary>
    public V1AdmissionResponse? Response { get; init; }
}

/// <summary>admission.k8s.io/v1 AdmissionRequest.</summary>
public sealed record V1AdmissionRequest
{
    /// <summary>Names the question; the answer has to carry it.</summary>
    public string? Uid { get; init; }

    /// <summary>What the objects are.</summary>
    public V1GroupVersionKind? Kind { get; init; }

    /// <summary>Such as <c>status</c> or <c>scale</c>; null or empty for the whole object.</summary>
    public string? SubResource { get; init; }

    /// <summary><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c> or <c>CONNECT</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>What shall be stored; null for a deletion.</summary>
    public JsonElement? Object { get; init; }

    /// <summary>What is stored; null for a creation.</summary>
    public JsonElement? OldObject { get; init; }
}

/// <summary>admission.k8s.io/v1 AdmissionResponse.</summary>
public sealed record V1AdmissionResponse
{
    /// <summary>That of the question.</summary>
    public required string Uid { get; init; }

    /// <summary>Whether the object may be stored.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Why it may not.</summary>
    public V1Status? Status { get; init; }

    /// <summary>For the user, allowed or not. The API server asks for less than 120 characters each, and cuts what is far more.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>meta/v1 GroupVersionKind.</summary>
public sealed record V1GroupVersionKind
{
    /// <summary>API group; empty for the core group.</summary>
    public string? Group { get; init; }

    /// <summary>API version, such as <c>v1</c>.</summary>
    public string? Version { get; init; }

    /// <summary>The kind in CamelCase.</summary>
    public string? Kind { get; init; }
}
