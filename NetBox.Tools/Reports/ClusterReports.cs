using RedisCluster.Topology;

namespace NetBox.Tools.Reports;

/// <summary>How the cluster is, in its own words (CLUSTER INFO), and how many nodes say so.</summary>
/// <param name="ObservedAt">When the nodes were asked.</param>
/// <param name="State"><c>ok</c>, <c>fail</c>, or <c>mixed</c> where the nodes do not agree.</param>
/// <param name="NodesOk">How many of the nodes that answered say ok.</param>
/// <param name="NodesAnswered">How many nodes answered.</param>
/// <param name="KnownNodes">cluster_known_nodes.</param>
/// <param name="Size">cluster_size: masters that serve slots.</param>
/// <param name="SlotsAssigned">Of 16384.</param>
/// <param name="SlotsOk">Whose owner is well.</param>
/// <param name="SlotsSuspected">Whose owner is suspected to be down (pfail).</param>
/// <param name="SlotsFailed">Whose owner is down.</param>
/// <param name="CurrentEpoch">cluster_current_epoch.</param>
/// <param name="Keys">Keys of all masters that answered; null when one did not say.</param>
/// <param name="Nodes">Each node with its role.</param>
internal sealed record ClusterInfoReport(
    DateTimeOffset ObservedAt,
    string State,
    int NodesOk,
    int NodesAnswered,
    int KnownNodes,
    int Size,
    int SlotsAssigned,
    int SlotsOk,
    int SlotsSuspected,
    int SlotsFailed,
    long CurrentEpoch,
    long? Keys,
    IReadOnlyList<NodeSummary> Nodes);

/// <param name="Address">host:port.</param>
/// <param name="Role"><c>master</c>, <c>replica</c> or <c>unknown</c>.</param>
/// <param name="State"><c>ok</c>, <c>down</c> (the node itself says cluster_state:fail), <c>suspected</c>, <c>failed</c>, <c>joining</c> or <c>unreachable</c>.</param>
/// <param name="Problem">Why it is unreachable; null when it answered.</param>
internal sealed record NodeSummary(string Address, string Role, string State, string? Problem);

/// <summary>Every node that was asked or is known to a node that answered.</summary>
internal sealed record ClusterNodesReport(DateTimeOffset ObservedAt, IReadOnlyList<NodeReport> Nodes);

/// <param name="Id">40 hexadecimal digits; null where the node did not answer and nobody knows it.</param>
/// <param name="Address">host:port, as the cluster announces it.</param>
/// <param name="Hostname">cluster-announce-hostname; null when there is none.</param>
/// <param name="BusPort">Null when not known.</param>
/// <param name="Role">As in <see cref="NodeSummary"/>.</param>
/// <param name="State">As in <see cref="NodeSummary"/>.</param>
/// <param name="MasterId">A replica's master.</param>
/// <param name="MasterAddress">The same, as host:port.</param>
/// <param name="Slots">Ranges, both ends included.</param>
/// <param name="SlotCount">0 to 16384.</param>
/// <param name="Epoch">Configuration epoch.</param>
/// <param name="Link">The bus link as the asked node sees it: <c>connected</c> or <c>disconnected</c>.</param>
/// <param name="ReplicationLink">A replica's link to its master: <c>up</c>, <c>down</c>, or null.</param>
/// <param name="Keys">Keys it holds; null when it did not say.</param>
/// <param name="Version">Product and version; null when it did not say.</param>
/// <param name="Problem">Why it did not answer.</param>
internal sealed record NodeReport(
    string? Id,
    string Address,
    string? Hostname,
    int? BusPort,
    string Role,
    string State,
    string? MasterId,
    string? MasterAddress,
    IReadOnlyList<SlotSpan> Slots,
    int SlotCount,
    long? Epoch,
    string? Link,
    string? ReplicationLink,
    long? Keys,
    string? Version,
    string? Problem);

internal sealed record SlotSpan(int First, int Last)
{
    public static IReadOnlyList<SlotSpan> Of(SlotSet slots) => [.. slots.ToRanges().Select(r => new SlotSpan(r.First, r.Last))];

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}

/// <param name="ObservedAt">When the nodes were asked.</param>
/// <param name="Healthy">No finding is an error.</param>
/// <param name="Errors">How many findings are errors.</param>
/// <param name="Warnings">How many findings are warnings.</param>
/// <param name="Nodes">Nodes of the cluster.</param>
/// <param name="Masters">Masters among them.</param>
/// <param name="SlotsCovered">Slots with an owner.</param>
/// <param name="Findings">The gravest first.</param>
internal sealed record ClusterCheckReport(
    DateTimeOffset ObservedAt, bool Healthy, int Errors, int Warnings, int Nodes, int Masters, int SlotsCovered, IReadOnlyList<FindingReport> Findings);

/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="Code">Stable, for scripts, such as <c>slots-uncovered</c>.</param>
/// <param name="Message">One line for people.</param>
/// <param name="Node">host:port of the node it is about; null when it is about the cluster.</param>
internal sealed record FindingReport(string Severity, string Code, string Message, string? Node);

/// <summary>All three of one moment: what the page shows.</summary>
internal sealed record ClusterReport(ClusterInfoReport Info, ClusterNodesReport Nodes, ClusterCheckReport Check);
