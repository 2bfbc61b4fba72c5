namespace RedisCluster.Hosting;

/// <summary>What the fluent methods of a cluster have collected. Read when the nodes start or are published.</summary>
internal sealed class RedisClusterSettings
{
    private readonly List<KeyValuePair<string, string>> _config = [];

    public TimeSpan? NodeTimeout { get; set; }

    /// <summary>The volumes' name before the node's number; null where the data go with the run.</summary>
    public string? DataVolume { get; set; }

    /// <summary>Whether somebody asked for the ports, so that no other ones may be taken instead.</summary>
    public bool PortsAreFixed { get; set; }

    /// <summary>Whether the model is published rather than run.</summary>
    public bool IsPublished { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> Config => _config;

    public void SetConfig(string key, string value)
    {
        _config.RemoveAll(pair => string.Equals(pair.Key, key, StringComparison.OrdinalIgnoreCase));
        _config.Add(new(key, value));
    }
}
