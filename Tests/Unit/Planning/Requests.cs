using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

internal static class Requests
{
    /// <summary>Six local nodes, one replica each: the example of the design.</summary>
    public static CreateRequest Six { get; } = Local(6, 1);

    public static CreateRequest Local(int nodes, int replicas) => new()
    {
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => new NodeEndpoint("127.0.0.1", 7101 + i))],
        ReplicasPerShard = replicas,
    };

    /// <param name="hosts">For each node the number of its host.</param>
    public static CreateRequest OnHosts(IEnumerable<int> hosts, int replicas) => new()
    {
        Nodes = [.. hosts.Select((host, i) => new NodeEndpoint($"10.0.{host / 250}.{host % 250}", 7001 + i))],
        ReplicasPerShard = replicas,
    };

    /// <summary>Clusters of at least three masters, on any number of hosts of any size.</summary>
    public static Arbitrary<CreateRequest> UpTo(int most, bool withZones = false)
    {
        var sizes = from replicas in Gen.Choose(0, 4)
                    from nodes in Gen.Choose(3 * (replicas + 1), Math.Max(most, 3 * (replicas + 1)))
                    from hosts in Gen.OneOf(Gen.Choose(1, 4), Gen.Choose(1, nodes))
                    from placed in Gen.Choose(0, hosts - 1).ArrayOf(nodes)
                    from zones in Gen.Choose(1, 4)
                    select withZones ? WithZones(OnHosts(placed, replicas), placed, zones) : OnHosts(placed, replicas);
        return sizes.ToArbitrary();
    }

    private static CreateRequest WithZones(CreateRequest request, int[] placed, int zones) => request with
    {
        Labels = request.Nodes
            .Select((node, i) => KeyValuePair.Create(node, new NodeLabels(Zone: $"zone-{placed[i] % zones}")))
            .ToImmutableDictionary(),
    };
}
