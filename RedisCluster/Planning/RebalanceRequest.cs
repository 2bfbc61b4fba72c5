using System.Collections.Immutable;

namespace RedisCluster.Planning;

/// <summary>How much of the slots a master shall have beside the others.</summary>
/// <param name="Node">Its id, the beginning of its id, or host:port.</param>
/// <param name="Weight">0 or more; 0 takes all its slots away. A master that is not named weighs 1.</param>
public sealed record NodeWeight(string Node, double Weight);

/// <summary>What a rebalancing shall achieve.</summary>
public sealed record RebalanceRequest
{
    /// <summary>Weights of masters; those not named weigh 1.</summary>
    public ImmutableArray<NodeWeight> Weights { get; init; } = [];

    /// <summary>Whether masters without slots take part. One that is named with a weight above 0 needs it, too.</summary>
    public bool UseEmptyMasters { get; init; }

    /// <summary>
    /// Nothing is moved while every master has its share within so many percent of what it has, 0 to 100. When one has not, all are brought
    /// to their shares. 0 moves whatever is not exactly shared out.
    /// </summary>
    public double Threshold { get; init; } = 2;

    /// <summary>How keys are moved.</summary>
    public MigrationTuning Tuning { get; init; } = new();

    /// <inheritdoc />
    public bool Equals(RebalanceRequest? other) =>
        other is not null
        && Weights.SequenceEqual(other.Weights)
        && UseEmptyMasters == other.UseEmptyMasters
        && Threshold.Equals(other.Threshold)
        && Tuning == other.Tuning;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Weights.Length, UseEmptyMasters, Threshold);
}
