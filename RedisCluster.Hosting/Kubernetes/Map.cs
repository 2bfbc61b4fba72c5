namespace RedisCluster.Hosting.Kubernetes;

/// <summary>
/// A mapping of YAML, in the order it is written. The objects of Kubernetes are built from these and not from classes of their own: what
/// may stand where is in Kubernetes' OpenAPI document, and the tests hold every object against it, unknown fields included.
/// </summary>
internal sealed class Map : OrderedDictionary<string, object>
{
    public Map()
    {
    }

    public Map(Map fields) : base(fields)
    {
    }

    /// <summary>A field that is left out where there is nothing to say.</summary>
    public Map With(string key, object? value)
    {
        if (value is not (null or Map { Count: 0 } or System.Collections.ICollection { Count: 0 }))
        {
            this[key] = value;
        }

        return this;
    }

    public static Map Of(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new Map();
        foreach (var (key, value) in pairs)
        {
            map[key] = value;
        }

        return map;
    }
}
