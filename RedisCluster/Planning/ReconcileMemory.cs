using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What earlier looks at a cluster left behind. Nothing in it is needed for safety: a reconciler that starts anew only waits a little longer.</summary>
public sealed record ReconcileMemory
{
    /// <summary>Nothing was seen yet.</summary>
    public static ReconcileMemory Empty { get; } = new();

    /// <summary>Since when each fault that is given time has been seen without a break.</summary>
    public ImmutableDictionary<string, DateTimeOffset> Since { get; init; } = ImmutableDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>Which member was last seen at each place, by the place's name.</summary>
    public ImmutableDictionary<string, NodeId> Places { get; init; } = ImmutableDictionary.Create<string, NodeId>(StringComparer.Ordinal);

    /// <summary>Every member that was ever seen at a listed place.</summary>
    public ImmutableHashSet<NodeId> Listed { get; init; } = [];
}
