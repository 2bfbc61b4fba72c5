namespace RedisCluster.Hosting.Kubernetes;

/// <summary>The <c>kustomization.yaml</c> files.</summary>
internal static class Kustomizations
{
    private const string SpreadRule = "/spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable";
    private const string SecondsBetweenPods = "/spec/minReadySeconds";

    /// <summary>Names of pods may be answered from a cache for 30 s, and a connection attempt to where a pod was takes 5 s.</summary>
    private const int SecondsUntilFound = 35;

    private static readonly string[] BaseFolder = ["../../base"];

    public static Map Base(KubernetesApplication application, IEnumerable<string> resources) => Kustomization()
        .With("resources", resources.ToArray())
        // The name gets a hash: a changed configuration is a new ConfigMap and so a rolling update.
        .With("configMapGenerator", application.Clusters.Select(cluster => new Map
        {
            ["name"] = cluster.ConfigMap,
            ["files"] = NodeScripts.All.Keys.Append(NodeConfiguration.FileName).Order(StringComparer.Ordinal).Select(file => $"{cluster.Name}/{file}").ToArray(),
        }).ToArray());

    /// <summary>One machine, small.</summary>
    public static Map Dev(KubernetesApplication application) => Overlay(application)
        .With("replicas", application.Services.Where(s => s.Replicas > 1).Select(s => new Map { ["name"] = s.Name, ["count"] = 1 }).ToArray())
        .With("patches", application.Clusters.Select(cluster => Patch("StatefulSet", cluster.Name, [.. Small(cluster)])).ToArray());

    /// <summary>
    /// Several machines: no more nodes of a cluster on one machine than on another, images by name, to be pinned, and a rolling update that
    /// touches the next node when clients can have found the last one where it is now.
    /// </summary>
    public static Map Production(KubernetesApplication application) => Overlay(application)
        .With("images", application.Clusters.Select(c => c.Image).Concat(application.Services.Select(s => s.Image)).Distinct().Select(Image).ToArray())
        .With("patches", application.Clusters.Select(cluster => Patch("StatefulSet", cluster.Name, Replace(SpreadRule, "DoNotSchedule"), Replace(SecondsBetweenPods, SecondsUntilFound)))
            .Concat(application.Services.Where(service => service.Variables.Count > 0).Select(service => Patch("Deployment", service.Name, MarkAsProduction)))
            .ToArray());

    private static IEnumerable<Map> Small(ClusterPart cluster)
    {
        if (cluster.Options.Resources is { CpuRequest: not null } or { MemoryRequest: not null })
        {
            yield return Replace("/spec/template/spec/containers/0/resources/requests", new Map { ["cpu"] = "20m", ["memory"] = "32Mi" });
        }

        yield return Replace("/spec/volumeClaimTemplates/0/spec/resources/requests/storage", "1Gi");
    }

    private static Map Overlay(KubernetesApplication application) => Kustomization()
        .With("namespace", application.Namespace)
        .With("resources", BaseFolder)
        .With("secretGenerator", application.Secrets.Select(secret => new Map
        {
            ["name"] = secret.Name,
            ["envs"] = new[] { KustomizeFolder.SecretFile(secret) },
            // A new password must not restart nodes one by one: those with the old one would shut the others out.
            ["options"] = new Map { ["disableNameSuffixHash"] = true },
        }).ToArray());

    private static Map Kustomization() => new() { ["apiVersion"] = "kustomize.config.k8s.io/v1beta1", ["kind"] = "Kustomization" };

    private static Map Patch(string kind, string name, params Map[] operations) => new()
    {
        ["target"] = new Map { ["kind"] = kind, ["name"] = name },
        ["patch"] = KubernetesYaml.Write(operations),
    };

    private static Map Replace(string path, object value) => new() { ["op"] = "replace", ["path"] = path, ["value"] = value };

    // .NET takes silence for production too; a tool that does harm for practice believes only what is written.
    private static Map MarkAsProduction => new()
    {
        ["op"] = "add",
        ["path"] = "/spec/template/spec/containers/0/env/-",
        ["value"] = new Map { ["name"] = "DOTNET_ENVIRONMENT", ["value"] = "Production" },
    };

    private static Map Image(string image)
    {
        if (image.Split('@') is [var pinned, var digest])
        {
            return new() { ["name"] = pinned, ["digest"] = digest };
        }

        var colon = image.LastIndexOf(':');
        var (name, tag) = colon > image.LastIndexOf('/') ? (image[..colon], image[(colon + 1)..]) : (image, "latest");
        return new() { ["name"] = name, ["newTag"] = tag };
    }
}
