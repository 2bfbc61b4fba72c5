using System.Collections.Frozen;

namespace RedisCluster.Topology;

/// <summary>Reads the <c>name:value</c> lines of INFO and CLUSTER INFO.</summary>
internal static class InfoLines
{
    public static FrozenDictionary<string, string> Read(string text, string command)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            var colon = line.IndexOf(':');
            if (colon <= 0)
            {
                throw new FormatException($"{command} line {number}: '{line}' is not name:value.");
            }

            values[line[..colon].ToString()] = line[(colon + 1)..].ToString();
        }

        return values.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
