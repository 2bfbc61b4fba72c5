using System.Globalization;
using Aspire.Hosting;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>What the pods of all workloads have in common.</summary>
internal static class PodParts
{
    public const string NameLabel = "app.kubernetes.io/name";
    public const string HostTopology = "kubernetes.io/hostname";
    public const string ZoneTopology = "topology.kubernetes.io/zone";

    /// <summary>The user of .NET's images, <c>app</c>.</summary>
    public const int DotNetUser = 1654;

    /// <summary>The user of Redis' and Valkey's images.</summary>
    public const int RedisUser = 999;

    public static Map Selector(string name) => new() { [NameLabel] = name };

    public static Map Metadata(string name, Map? labels = null) => new Map { ["name"] = name }.With("labels", labels ?? Selector(name));

    /// <summary>The pod's part of the security level.</summary>
    public static Map? PodSecurity(KubernetesPodSecurity level, int user, bool ownsVolume = false)
    {
        if (level is KubernetesPodSecurity.Baseline)
        {
            return new() { ["seccompProfile"] = new Map { ["type"] = "RuntimeDefault" } };
        }

        var context = new Map { ["runAsNonRoot"] = true, ["runAsUser"] = user, ["runAsGroup"] = user };
        if (ownsVolume)
        {
            context["fsGroup"] = user;
            context["fsGroupChangePolicy"] = "OnRootMismatch";
        }

        context["seccompProfile"] = new Map { ["type"] = "RuntimeDefault" };
        return context;
    }

    /// <summary>The container's part of it.</summary>
    public static Map? ContainerSecurity(KubernetesPodSecurity level) => level is KubernetesPodSecurity.Baseline ? null : new()
    {
        ["allowPrivilegeEscalation"] = false,
        ["readOnlyRootFilesystem"] = true,
        ["capabilities"] = new Map { ["drop"] = new[] { "ALL" } },
    };

    /// <summary>Spreads pods over machines and zones, where there are several. An overlay may make a rule of the wish.</summary>
    public static Map[] Spread(string name) => [Spread(name, HostTopology), Spread(name, ZoneTopology)];

    public static Map Resources(KubernetesComputeResources resources) => new Map()
        .With("requests", new Map().With("cpu", resources.CpuRequest).With("memory", resources.MemoryRequest))
        .With("limits", new Map().With("cpu", resources.CpuLimit).With("memory", resources.MemoryLimit));

    public static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    /// <summary>At most one pod at a time is evicted.</summary>
    public static Map DisruptionBudget(string name) => new()
    {
        ["apiVersion"] = "policy/v1",
        ["kind"] = "PodDisruptionBudget",
        ["metadata"] = Metadata(name),
        ["spec"] = new Map { ["maxUnavailable"] = 1, ["selector"] = new Map { ["matchLabels"] = Selector(name) } },
    };

    public static Map Labels(string name, IEnumerable<string> clientOf)
    {
        var labels = Selector(name);
        foreach (var cluster in clientOf)
        {
            labels[ClusterPart.ClientLabelOf(cluster)] = "true";
        }

        return labels;
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Map Spread(string name, string topology) => new()
    {
        ["maxSkew"] = 1,
        ["topologyKey"] = topology,
        // A machine that takes no pods, such as one that is being drained, must not count as one that has none.
        ["nodeTaintsPolicy"] = "Honor",
        ["whenUnsatisfiable"] = "ScheduleAnyway",
        ["labelSelector"] = new Map { ["matchLabels"] = Selector(name) },
    };
}
