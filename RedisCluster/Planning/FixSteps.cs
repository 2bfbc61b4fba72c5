using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>CLUSTER SETSLOT ... STABLE: forgets that slots were migrating or importing.</summary>
/// <param name="Node">The master.</param>
/// <param name="Slots">At least one.</param>
/// <param name="Reason">Why.</param>
public sealed record CloseSlots(NodeEndpoint Node, SlotSet Slots, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: close {SlotText.Of(Slots)}";
}

/// <summary>
/// CLUSTER DELSLOTS and SETSLOT ... NODE: a master stops to say that it owns slots, and knows who does. It keeps its keys; without this step it
/// would delete them as soon as it hears of an owner with a higher epoch.
/// </summary>
/// <param name="Node">The master that gives them up.</param>
/// <param name="Owner">The master that keeps them.</param>
/// <param name="OwnerId">Its id.</param>
/// <param name="Slots">At least one.</param>
/// <param name="Reason">Why.</param>
public sealed record ReleaseSlots(NodeEndpoint Node, NodeEndpoint Owner, NodeId OwnerId, SlotSet Slots, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: leave {SlotText.Of(Slots)} to {Owner.ToClientString()}";
}

/// <summary>CLUSTER BUMPEPOCH on the owner of slots, so that its word counts more than any other, and SETSLOT ... NODE on the other masters.</summary>
/// <param name="Node">The owner.</param>
/// <param name="NodeId">Its id.</param>
/// <param name="Slots">The slots not all agree on; at least one.</param>
/// <param name="Others">The masters that are told at once; everyone else hears of it by gossip.</param>
/// <param name="Reason">Why.</param>
public sealed record ConfirmSlots(NodeEndpoint Node, NodeId NodeId, SlotSet Slots, ImmutableArray<NodeEndpoint> Others, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: own {SlotText.Of(Slots)} to everyone";

    /// <inheritdoc />
    public bool Equals(ConfirmSlots? other) =>
        other is not null && (Node, NodeId, Reason) == (other.Node, other.NodeId, other.Reason) && Slots.Equals(other.Slots) && Others.SequenceEqual(other.Others);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Node, Slots, Reason);
}

/// <summary>A master becomes the owner of slots that have none, with a new epoch, and tells everyone. With an heir it is migrating them from the first moment on.</summary>
/// <param name="Node">The owner to be.</param>
/// <param name="NodeId">Its id.</param>
/// <param name="Slots">At least one.</param>
/// <param name="Others">The masters that are told with SETSLOT ... NODE, because they would not let gossip tell them.</param>
/// <param name="Reason">Why.</param>
public sealed record TakeSlots(NodeEndpoint Node, NodeId NodeId, SlotSet Slots, ImmutableArray<NodeEndpoint> Others, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <summary>Who holds keys of them as well and shall own them in the end; null for nobody.</summary>
    public NodeEndpoint? Heir { get; init; }

    /// <summary>Its id.</summary>
    public NodeId? HeirId { get; init; }

    /// <inheritdoc />
    public override string Describe() =>
        $"{Node.ToClientString()}: take {SlotText.Of(Slots)}{(Heir is null ? "" : $", for the time of handing over to {Heir.ToClientString()}")}";

    /// <inheritdoc />
    public bool Equals(TakeSlots? other) =>
        other is not null
        && (Node, NodeId, Heir, HeirId, Reason) == (other.Node, other.NodeId, other.Heir, other.HeirId, other.Reason)
        && Slots.Equals(other.Slots)
        && Others.SequenceEqual(other.Others);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Node, Slots, Reason);
}

/// <summary>MIGRATE of all keys that a master holds in slots of another one to that one. Where both hold a key, the owner's is kept.</summary>
/// <param name="Node">The master that holds them.</param>
/// <param name="NodeId">Its id.</param>
/// <param name="Owner">The master that owns the slots, or is about to.</param>
/// <param name="OwnerId">Its id.</param>
/// <param name="Slots">At least one.</param>
/// <param name="Reason">Why.</param>
public sealed record CollectKeys(
    NodeEndpoint Node, NodeId NodeId, NodeEndpoint Owner, NodeId OwnerId, SlotSet Slots, string Reason) : PlanStep(Reason)
{
    /// <summary>How keys are moved.</summary>
    public MigrationTuning Tuning { get; init; } = new();

    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() =>
        $"{Node.ToClientString()}: bring the keys of {SlotText.Of(Slots)} to {Owner.ToClientString()}";
}

/// <summary>Slots in a line: as many ranges as fit.</summary>
internal static class SlotText
{
    private const int RangesShown = 6;

    public static string Of(SlotSet slots)
    {
        var ranges = slots.ToRanges();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{slots.Count} slot{(slots.Count == 1 ? "" : "s")} ({string.Join(',', ranges.Take(RangesShown))}{(ranges.Count > RangesShown ? $" and {ranges.Count - RangesShown} more ranges" : "")})");
    }
}
