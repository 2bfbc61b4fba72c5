using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>One shard of the cluster to be.</summary>
/// <param name="Master">Its master.</param>
/// <param name="Slots">The master's slots.</param>
/// <param name="Replicas">Its replicas, possibly none.</param>
public sealed record ShardLayout(NodeEndpoint Master, SlotRange Slots, ImmutableArray<NodeEndpoint> Replicas)
{
    /// <inheritdoc />
    public bool Equals(ShardLayout? other) =>
        other is not null && Master == other.Master && Slots == other.Slots && Replicas.SequenceEqual(other.Replicas);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Master, Slots, Replicas.Length);
}

/// <summary>Who becomes what: the state a plan leads to.</summary>
/// <param name="Shards">The shards in the order of their slots.</param>
/// <param name="Score">How well the replicas are spread.</param>
public sealed record ClusterLayout(ImmutableArray<ShardLayout> Shards, PlacementScore Score)
{
    /// <inheritdoc />
    public bool Equals(ClusterLayout? other) => other is not null && Score == other.Score && Shards.SequenceEqual(other.Shards);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Score, Shards.Length);
}

/// <summary>How badly replicas are placed; all zero is best. Compared from the first number on.</summary>
/// <param name="OnMasterHost">Replicas that share their master's host.</param>
/// <param name="InMasterZone">Replicas that share their master's zone; 0 where there are no zones.</param>
/// <param name="HostPairs">Pairs of replicas of one master that share a host.</param>
/// <param name="ZonePairs">Pairs of replicas of one master that share a zone; 0 where there are no zones.</param>
public readonly record struct PlacementScore(int OnMasterHost, int InMasterZone, int HostPairs, int ZonePairs) : IComparable<PlacementScore>
{
    /// <summary>redis-cli's weights: 10000 per replica on its master's host, 1 per pair of replicas on one host.</summary>
    public long AntiAffinity => (10000L * OnMasterHost) + HostPairs;

    /// <inheritdoc />
    public int CompareTo(PlacementScore other) =>
        (OnMasterHost, InMasterZone, HostPairs, ZonePairs).CompareTo((other.OnMasterHost, other.InMasterZone, other.HostPairs, other.ZonePairs));

    /// <summary>Better placed.</summary>
    public static bool operator <(PlacementScore left, PlacementScore right) => left.CompareTo(right) < 0;

    /// <summary>Worse placed.</summary>
    public static bool operator >(PlacementScore left, PlacementScore right) => left.CompareTo(right) > 0;

    /// <summary>Not worse placed.</summary>
    public static bool operator <=(PlacementScore left, PlacementScore right) => left.CompareTo(right) <= 0;

    /// <summary>Not better placed.</summary>
    public static bool operator >=(PlacementScore left, PlacementScore right) => left.CompareTo(right) >= 0;
}
