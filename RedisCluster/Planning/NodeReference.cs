using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Finds the node that a user means by its id, by the beginning of its id, or by host:port.</summary>
internal static class NodeReference
{
    /// <summary>Fewer digits of an id are a typing error more often than a node.</summary>
    private const int FewestDigits = 4;

    /// <summary>Exactly one of the two is there.</summary>
    public static (ClusterNode? Node, Refusal? Refusal) Find(ObservedCluster cluster, string text)
    {
        if (NodeEndpoint.TryParse(text, out var endpoint))
        {
            var said = cluster.All.FirstOrDefault(n => n.Endpoint.IsSameClientAddress(endpoint));
            var there = (said?.MyId is { } id ? cluster.Reference?.Find(id) : null)
                ?? cluster.Nodes.FirstOrDefault(n => new Member(0, endpoint, said).MayBeAt(n.Address));
            return there is not null ? (there, null) : (null, Bad($"no node of the cluster is at {endpoint.ToClientString()}: netbox cluster nodes lists them."));
        }

        if (text.Length < FewestDigits || text.Length > NodeId.Length || !text.All(char.IsAsciiHexDigit))
        {
            return (null, Bad($"'{text}' names no node: give its id, the first {FewestDigits} or more digits of it, or host:port."));
        }

        var found = cluster.Nodes.Where(n => n.Id.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count switch
        {
            1 => (found[0], null),
            0 => (null, Bad($"no node of the cluster has an id that starts with {text}: netbox cluster nodes lists them.")),
            _ => (null, Bad($"{found.Count} nodes have an id that starts with {text}: give more digits.")),
        };
    }

    private static Refusal Bad(string message) => new(RefusalKind.BadRequest, null, message);
}
