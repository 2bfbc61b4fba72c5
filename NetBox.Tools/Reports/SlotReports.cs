namespace NetBox.Tools.Reports;

/// <summary>Who serves which slots.</summary>
/// <param name="ObservedAt">When the nodes were asked.</param>
/// <param name="NodesAgree">Whether all nodes that answered agree on it.</param>
/// <param name="SlotsCovered">Slots with an owner, of 16384.</param>
/// <param name="Uncovered">Slots without.</param>
/// <param name="Open">Slots on their way between two nodes.</param>
/// <param name="Keys">Keys of all masters; null when one did not say.</param>
/// <param name="Shards">By their lowest slot; masters without slots last.</param>
internal sealed record ClusterSlotsReport(
    DateTimeOffset ObservedAt,
    bool NodesAgree,
    int SlotsCovered,
    IReadOnlyList<SlotSpan> Uncovered,
    IReadOnlyList<SlotSpan> Open,
    long? Keys,
    IReadOnlyList<ShardReport> Shards);

/// <param name="Slots">Ranges, both ends included.</param>
/// <param name="SlotCount">0 to 16384.</param>
/// <param name="Keys">Keys of the master; null when it did not say.</param>
/// <param name="Master">The master.</param>
/// <param name="Replicas">Its replicas.</param>
internal sealed record ShardReport(
    IReadOnlyList<SlotSpan> Slots, int SlotCount, long? Keys, ShardNodeReport Master, IReadOnlyList<ShardNodeReport> Replicas);

/// <param name="Id">40 hexadecimal digits.</param>
/// <param name="Address">host:port.</param>
/// <param name="State"><c>ok</c>, <c>failed</c>, <c>unreachable</c>, or <c>link-down</c> for a replica without its master.</param>
/// <param name="Keys">Keys it holds; null when it did not say.</param>
internal sealed record ShardNodeReport(string Id, string Address, string State, long? Keys);
