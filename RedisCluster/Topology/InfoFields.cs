namespace RedisCluster.Topology;

/// <summary>Reads values such as <c>ip=127.0.0.1,port=7003,state=online</c>.</summary>
internal static class InfoFields
{
    public static ReadOnlySpan<char> Get(string fields, string name)
    {
        foreach (var range in fields.AsSpan().Split(','))
        {
            var field = fields.AsSpan()[range];
            if (field.Length > name.Length && field[name.Length] == '=' && field.StartsWith(name, StringComparison.Ordinal))
            {
                return field[(name.Length + 1)..];
            }
        }

        return default;
    }
}
