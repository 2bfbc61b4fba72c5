using Microsoft.Extensions.Configuration;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>
/// Section <c>Kubernetes</c> of the configuration. In a pod with a service account nothing of it has to be set: names come from the nodes listed.
/// </summary>
internal sealed record KubernetesSettings
{
    public const string Section = "Kubernetes";

    private static readonly string[] Known = [nameof(Namespace), nameof(StatefulSet), nameof(PodSelector), nameof(Lease), "Config"];

    /// <summary>Where pods, StatefulSet and Lease are; the worker's own unless set.</summary>
    public required string Namespace { get; init; }

    /// <summary>The Lease object; <c>NAME-reconciler</c> after the cluster unless set.</summary>
    public required string Lease { get; init; }

    /// <summary>The StatefulSet; null takes it from the names of the nodes listed.</summary>
    public string? StatefulSet { get; init; }

    /// <summary>Labels of the pods, to be told of fewer; null looks at all pods of the namespace and takes the ones named as nodes.</summary>
    public string? PodSelector { get; init; }

    /// <summary>Whether nodes are called by their names and not by the addresses of their pods.</summary>
    public bool KeepNames { get; init; }

    /// <summary>The longest the API server may take to answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <param name="configuration">Where the section is.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="ownNamespace">The namespace the worker's account is in.</param>
    /// <param name="tls">Whether the nodes speak TLS.</param>
    /// <exception cref="UsageException">A setting is unknown.</exception>
    public static KubernetesSettings Read(IConfiguration configuration, string cluster, string? ownNamespace, bool tls)
    {
        var section = configuration.GetSection(Section);
        if (section.GetChildren().Select(child => child.Key).FirstOrDefault(key => !Known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new UsageException($"{Section}__{unknown} is not a setting of this program; there are {string.Join(", ", Known)}");
        }

        return new KubernetesSettings
        {
            Namespace = Value(section, nameof(Namespace)) ?? ownNamespace ?? "default",
            Lease = Value(section, nameof(Lease)) ?? $"{cluster}-reconciler",
            StatefulSet = Value(section, nameof(StatefulSet)),
            PodSelector = Value(section, nameof(PodSelector)),
            KeepNames = tls,
        };
    }

    /// <summary>The kubeconfig file to use where there is no service account; null, as usually, for none.</summary>
    public static string? ConfigFileOf(IConfiguration configuration) => Value(configuration.GetSection(Section), "Config");

    private static string? Value(IConfigurationSection section, string key) =>
        section[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
