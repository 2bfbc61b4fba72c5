using System.Collections.Immutable;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Reconciling;

/// <summary>Places whose addresses change while a reconciler watches, as names do that are resolved at every look.</summary>
internal sealed class MovingPlaces(DesiredCluster first) : IDesiredClusterSource
{
    private volatile DesiredCluster _cluster = first;

    public DesiredCluster Cluster
    {
        get => _cluster;
        set => _cluster = value;
    }

    public ValueTask<DesiredCluster> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_cluster);

    /// <summary>Says where the servers are now.</summary>
    public void Follow(IReadOnlyList<RedisServer> servers) => Cluster = Cluster with { Nodes = NodesOf(servers) };

    public static DesiredCluster Of(IReadOnlyList<RedisServer> servers, int replicas = 1) => new()
    {
        Nodes = NodesOf(servers),
        ReplicasPerShard = replicas,
        Patience = TimeSpan.FromSeconds(1),
    };

    private static ImmutableArray<DesiredNode> NodesOf(IReadOnlyList<RedisServer> servers) =>
        [.. servers.Select((server, i) => new DesiredNode($"redis-cluster-{i}", server.Endpoint))];
}
