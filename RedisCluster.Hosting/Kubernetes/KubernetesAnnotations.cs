using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>The cluster is published for Kubernetes, and how.</summary>
internal sealed record KubernetesClusterAnnotation(RedisClusterKubernetesOptions Options) : IResourceAnnotation;

/// <summary>How a project is published for Kubernetes.</summary>
internal sealed record KubernetesDeploymentAnnotation(KubernetesDeploymentOptions Options) : IResourceAnnotation;

/// <summary>How the step ended, for who gives the process its exit code: a failing step by itself does not.</summary>
internal sealed class KubernetesPublishOutcome
{
    /// <summary>The files that make up the folder, relative to it; null while none were written.</summary>
    public IReadOnlyList<string>? Files { get; set; }

    public string Folder { get; set; } = "";

    /// <summary>What the user should know about what was written.</summary>
    public IReadOnlyList<string> Warnings { get; set; } = [];

    /// <summary>Why nothing was written, in one line.</summary>
    public string? Fault { get; set; }

    /// <summary>Whether writing would have destroyed what somebody else wrote.</summary>
    public bool IsRefused { get; set; }
}
