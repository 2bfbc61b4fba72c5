using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>How keys are moved where the servers cannot move whole slots by themselves.</summary>
public sealed record MigrationTuning
{
    /// <summary>Keys in one MIGRATE unless told otherwise. Their size bounds it as well: a big key travels alone.</summary>
    public const int DefaultPipeline = 100;

    /// <summary>Keys in one MIGRATE at most, 1 or more.</summary>
    public int Pipeline { get; init; } = DefaultPipeline;

    /// <summary>
    /// Whether a key that the target holds already is overwritten by the source's, which is the one clients have been served. Without it such
    /// a key ends the move, unless an interrupted migration left it there.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>
    /// The longest a MIGRATE may wait for the target, in whole milliseconds, more than zero: the source serves nobody meanwhile. Null starts
    /// with a quarter of the node timeout, so that nobody takes the source for dead, and allows more to a key that needs it.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>Move slots with their keys from one master to another while clients read and write them.</summary>
/// <param name="Source">The master that owns them, or did until an interrupted run had almost finished.</param>
/// <param name="SourceId">Its id.</param>
/// <param name="Target">The master that shall own them.</param>
/// <param name="TargetId">Its id.</param>
/// <param name="Slots">At least one.</param>
/// <param name="Reason">Why.</param>
public sealed record MoveSlots(
    NodeEndpoint Source, NodeId SourceId, NodeEndpoint Target, NodeId TargetId, SlotSet Slots, string Reason) : PlanStep(Reason)
{
    private const int RangesShown = 6;

    /// <summary>How keys are moved.</summary>
    public MigrationTuning Tuning { get; init; } = new();

    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Source;

    /// <inheritdoc />
    public override string Describe()
    {
        var ranges = Slots.ToRanges();
        var shown = string.Join(',', ranges.Take(RangesShown)) + (ranges.Count > RangesShown ? $" and {ranges.Count - RangesShown} more ranges" : "");
        return string.Create(
            CultureInfo.InvariantCulture, $"{Source.ToClientString()}: move {Slots.Count} slot{(Slots.Count == 1 ? "" : "s")} to {Target.ToClientString()}: {shown}");
    }
}
