using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>What there is to publish: the application model as Kubernetes will see it, every value resolved.</summary>
internal sealed record KubernetesApplication(
    string Namespace, IReadOnlyList<ClusterPart> Clusters, IReadOnlyList<ServicePart> Services, IReadOnlyList<SecretPart> Secrets, IReadOnlyList<string> Warnings);

/// <summary>A Redis cluster: one StatefulSet, its pods are the nodes.</summary>
internal sealed record ClusterPart(RedisClusterResource Resource, RedisClusterKubernetesOptions Options, string Image, ServicePart? Initializer)
{
    public const int Port = 6379;
    public const int BusPort = 16379;

    public string Name => Resource.Name;

    /// <summary>The service that gives each pod a name; it knows pods that are not ready, too.</summary>
    public string HeadlessService => HeadlessServiceOf(Resource);

    /// <summary>The label of the pods that may connect to the client port.</summary>
    public string ClientLabel => ClientLabelOf(Name);

    /// <summary>The Lease that only one initialiser holds at a time.</summary>
    public string Lease => $"{Name}-reconciler";

    public string ConfigMap => $"{Name}-config";

    public static string ClientLabelOf(string cluster) => $"{cluster}-client";

    public static string HostOf(IRedisClusterNodeResource node) => $"{node.Name}.{HeadlessServiceOf(node.Cluster)}.$({Variable.NamespaceName}).svc";

    private static string HeadlessServiceOf(RedisClusterResource resource) => $"{resource.Name}-nodes";
}

/// <summary>A project: a Deployment, and a Service where it has an endpoint.</summary>
internal sealed record ServicePart(
    ProjectResource Resource, KubernetesDeploymentOptions Options, string Image, int Replicas, int? Port,
    IReadOnlyList<Variable> Variables, IReadOnlyList<string> Arguments, IReadOnlyList<string> ClientOf)
{
    public string Name => Resource.Name;

    public string ServiceName => ServiceNameOf(Name, Options);

    public static string ServiceNameOf(string name, KubernetesDeploymentOptions options) => options.ServiceName ?? name;
}

/// <summary>A secret parameter, or something random: a Secret of its name with one key.</summary>
/// <param name="Name">The Secret's name.</param>
/// <param name="MakeValue">A new value where the model can make one, so that no two installations share it; else the configured one; else null.</param>
internal sealed record SecretPart(string Name, Func<string?> MakeValue)
{
    public const string Key = "value";
}

/// <summary>A variable of a container, from one of three sources.</summary>
internal sealed record Variable(string Name, string? Value = null, string? Field = null, string? Secret = null)
{
    public const string NamespaceName = "POD_NAMESPACE";

    public static Variable PodNamespace { get; } = new(NamespaceName, Field: "metadata.namespace");

    public Map ToMap() => this switch
    {
        { Field: { } field } => new() { ["name"] = Name, ["valueFrom"] = new Map { ["fieldRef"] = new Map { ["fieldPath"] = field } } },
        { Secret: { } secret } => new() { ["name"] = Name, ["valueFrom"] = new Map { ["secretKeyRef"] = new Map { ["name"] = secret, ["key"] = SecretPart.Key } } },
        _ => new() { ["name"] = Name, ["value"] = Value ?? "" },
    };
}
