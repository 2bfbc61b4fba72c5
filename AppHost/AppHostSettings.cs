using System.Globalization;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace AppHost;

/// <summary>A port on this machine: which one, whether somebody asked for it, and where to ask for another.</summary>
internal sealed record LocalPort(int Port, bool IsAskedFor, string Key);

/// <summary>What the configuration (appsettings.json, environment, command line) says about this AppHost.</summary>
internal sealed class AppHostSettings(IConfiguration configuration)
{
    public const string ShardsKey = "RedisCluster:Shards";
    public const string ReplicasKey = "RedisCluster:ReplicasPerShard";
    public const string HitCounterPortKey = "HitCounter:Port";
    public const string NetBoxPortKey = "NetBox:Port";
    public const string NamespaceKey = "Kubernetes:Namespace";
    public const string ImageRegistryKey = "Kubernetes:ImageRegistry";
    public const string ImageTagKey = "Kubernetes:ImageTag";
    public const string StorageSizeKey = "Kubernetes:StorageSize";
    public const string StorageClassKey = "Kubernetes:StorageClass";
    public const string NodeSelectorKey = "Kubernetes:NetBoxNodeSelector";

    public int Shards => Number(ShardsKey) ?? 3;

    public int ReplicasPerShard => Number(ReplicasKey) ?? 1;

    public LocalPort HitCounterPort => Port(HitCounterPortKey, 5080);

    public LocalPort NetBoxPort => Port(NetBoxPortKey, 5081);

    /// <summary>What of the configuration says how Kubernetes gets it: where images come from and where things go.</summary>
    public void Kubernetes(RedisClusterKubernetesOptions options)
    {
        options.Namespace = Text(NamespaceKey) ?? options.Namespace;
        options.ImageRegistry = Text(ImageRegistryKey);
        options.ImageTag = Text(ImageTagKey) ?? options.ImageTag;
        options.StorageSize = Text(StorageSizeKey) ?? options.StorageSize;
        options.StorageClassName = Text(StorageClassKey);
    }

    /// <summary>The labels of the machines that netbox runs on: <c>type=other</c>, several separated by commas.</summary>
    public void NodeSelector(IDictionary<string, string> labels)
    {
        foreach (var label in (Text(NodeSelectorKey) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (label.Split('=') is not [{ Length: > 0 } name, var value])
            {
                throw new DistributedApplicationException($"{NodeSelectorKey} holds '{label}'; it has to be LABEL=VALUE.");
            }

            labels[name] = value;
        }
    }

    private string? Text(string key) => configuration[key] is { Length: > 0 } text ? text : null;

    private LocalPort Port(string key, int usual) =>
        Number(key) switch
        {
            null => new(usual, IsAskedFor: false, key),
            > 0 and <= ushort.MaxValue and var port => new(port, IsAskedFor: true, key),
            var port => throw new DistributedApplicationException($"{key} is {port}; it has to be a port between 1 and 65535."),
        };

    private int? Number(string key) =>
        configuration[key] is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new DistributedApplicationException($"{key} is '{text}'; it has to be a whole number.");
}
