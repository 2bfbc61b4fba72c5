using RedisCluster.Topology;

namespace NetBox.Tools.Cluster;

/// <summary>The part of a StackExchange.Redis connection string that says where the cluster is and how to log in.</summary>
internal sealed record ConnectionString(IReadOnlyList<NodeEndpoint> Seeds, string? User, string? Password, bool Tls)
{
    /// <exception cref="NetBoxException">It names no node, or a malformed one (usage). The message never holds the password.</exception>
    public static ConnectionString Parse(string text)
    {
        var seeds = new List<NodeEndpoint>();
        string? user = null, password = null;
        var tls = false;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            if (equals < 0)
            {
                seeds.Add(NodeEndpoint.TryParse(part, out var seed)
                    ? seed
                    : throw NetBoxException.Usage($"'{part}' in {ClusterTarget.ConnectionStringVariable} is not HOST:PORT"));
                continue;
            }

            var value = part[(equals + 1)..];
            switch (part[..equals].Trim().ToUpperInvariant())
            {
                case "USER":
                    user = value;
                    break;
                case "PASSWORD":
                    password = value;
                    break;
                case "SSL":
                    tls = bool.TryParse(value, out var ssl)
                        ? ssl
                        : throw NetBoxException.Usage($"ssl in {ClusterTarget.ConnectionStringVariable} is '{value}'; it has to be true or false");
                    break;
                default:
                    // Settings of the client, such as abortConnect: they say nothing about where the cluster is.
                    break;
            }
        }

        return seeds.Count > 0
            ? new ConnectionString(seeds, user, password, tls)
            : throw NetBoxException.Usage($"{ClusterTarget.ConnectionStringVariable} names no node");
    }
}
