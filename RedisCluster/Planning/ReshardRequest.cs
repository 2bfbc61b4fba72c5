using System.Collections.Immutable;

namespace RedisCluster.Planning;

/// <summary>How many slots to take from whom, and to whom they go.</summary>
public sealed record ReshardRequest
{
    /// <summary>The word for every master but the target.</summary>
    public const string AllMasters = "all";

    /// <summary>Masters to take slots from, each in proportion to what it has: id, beginning of an id, host:port; or <see cref="AllMasters"/> alone.</summary>
    public ImmutableArray<string> From { get; init; } = [AllMasters];

    /// <summary>The master that gets them: id, beginning of an id, or host:port.</summary>
    public required string To { get; init; }

    /// <summary>How many slots, 1 to 16384. Slots that an interrupted run left on their way to the same master count.</summary>
    public required int Slots { get; init; }

    /// <summary>How keys are moved.</summary>
    public MigrationTuning Tuning { get; init; } = new();

    /// <inheritdoc />
    public bool Equals(ReshardRequest? other) =>
        other is not null && From.SequenceEqual(other.From) && To == other.To && Slots == other.Slots && Tuning == other.Tuning;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(From.Length, To, Slots);
}
