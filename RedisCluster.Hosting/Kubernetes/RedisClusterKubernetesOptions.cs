namespace Aspire.Hosting;

/// <summary>What <see cref="RedisClusterKubernetesExtensions.PublishAsKubernetes"/> writes for a cluster and the application around it.</summary>
public sealed class RedisClusterKubernetesOptions
{
    /// <summary>
    /// The namespace everything goes to: <c>default</c> unless set. Any other one is written as well, with the Pod Security level
    /// <c>baseline</c> enforced.
    /// </summary>
    public string Namespace { get; set; } = "default";

    /// <summary>The size of each node's volume, a quantity of Kubernetes: <c>5Gi</c> unless set.</summary>
    public string StorageSize { get; set; } = "5Gi";

    /// <summary>The storage class of the volumes; null for the cluster's default one.</summary>
    public string? StorageClassName { get; set; }

    /// <summary>
    /// What each node gets. Three quarters of the memory limit become <c>maxmemory</c> where
    /// <see cref="RedisClusterBuilderExtensions.WithRedisConfig"/> does not set it: a full node refuses writes then instead of being killed.
    /// </summary>
    public KubernetesComputeResources Resources { get; } = new() { CpuRequest = "100m", MemoryRequest = "256Mi", MemoryLimit = "1Gi" };

    /// <summary>Labels a machine has to have to run a node of the cluster.</summary>
    public IDictionary<string, string> NodeSelector { get; } = new Dictionary<string, string>();

    /// <summary>How long a node may take to hand its slots over and to stop: a minute unless set, 15 seconds at least.</summary>
    public TimeSpan TerminationGracePeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The registry of the images of the application's projects, such as <c>ghcr.io/me</c>; null for none.</summary>
    public string? ImageRegistry { get; set; }

    /// <summary>The tag of the images of the application's projects: <c>latest</c> unless set, as <c>dotnet publish /t:PublishContainer</c> gives it.</summary>
    public string ImageTag { get; set; } = "latest";
}

/// <summary>What a container asks for and may have at most, as quantities of Kubernetes (<c>100m</c>, <c>256Mi</c>). Null leaves it out.</summary>
public sealed class KubernetesComputeResources
{
    /// <summary>The share of processors that is set aside.</summary>
    public string? CpuRequest { get; set; }

    /// <summary>The memory that is set aside.</summary>
    public string? MemoryRequest { get; set; }

    /// <summary>The share of processors that is never exceeded.</summary>
    public string? CpuLimit { get; set; }

    /// <summary>The memory beyond which the container is killed.</summary>
    public string? MemoryLimit { get; set; }
}

/// <summary>The level of Kubernetes' Pod Security Standards that a pod keeps to.</summary>
public enum KubernetesPodSecurity
{
    /// <summary>Not as root, without privileges, with a root filesystem that cannot be written.</summary>
    Restricted,

    /// <summary>As the image says. For pods with tools that need more, such as ping.</summary>
    Baseline,
}

/// <summary>What <see cref="RedisClusterKubernetesExtensions.PublishAsKubernetesDeployment"/> changes about a project's Deployment and Service.</summary>
public sealed class KubernetesDeploymentOptions
{
    /// <summary>The image with its tag; null for the resource's name with the registry and the tag of <see cref="RedisClusterKubernetesOptions"/>.</summary>
    public string? Image { get; set; }

    /// <summary>The Service's name; null for the resource's.</summary>
    public string? ServiceName { get; set; }

    /// <summary>The Service's port: 80 unless set.</summary>
    public int ServicePort { get; set; } = 80;

    /// <summary>Pods; null for what <c>WithReplicas</c> says, or one.</summary>
    public int? Replicas { get; set; }

    /// <summary>How long a pod may take to stop: 30 seconds unless set.</summary>
    public TimeSpan TerminationGracePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Labels a machine has to have to run a pod.</summary>
    public IDictionary<string, string> NodeSelector { get; } = new Dictionary<string, string>();

    /// <summary>The pod's security level.</summary>
    public KubernetesPodSecurity PodSecurity { get; set; }

    /// <summary>
    /// Whether its pods may list and delete the pods of their namespace, as <c>netbox drill kill</c> does: with a service account, a Role and its
    /// binding. No unless set.
    /// </summary>
    public bool MayDeletePods { get; set; }

    /// <summary>
    /// Variables that hold something random which all pods of the project share, such as a token, each with the name of the Secret that is
    /// made for it. They are no part of the model: a run and other ways of publishing know nothing of them.
    /// </summary>
    public IDictionary<string, string> RandomSecrets { get; } = new Dictionary<string, string>();

    /// <summary>What each pod gets.</summary>
    public KubernetesComputeResources Resources { get; } = new() { CpuRequest = "50m", MemoryRequest = "96Mi", MemoryLimit = "256Mi" };

    /// <summary>The path that answers 200 while the pod can serve, in every environment: <c>/health</c> unless set. Asked only where the project has an endpoint.</summary>
    public string HealthPath { get; set; } = "/health";

    /// <summary>The path that answers 200 while a restart would mend nothing, in every environment: <c>/alive</c> unless set. Asked only where the project has an endpoint.</summary>
    public string LivePath { get; set; } = "/alive";
}
