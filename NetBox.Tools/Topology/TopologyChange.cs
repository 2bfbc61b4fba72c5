namespace NetBox.Tools.Topology;

/// <summary>Something that is different from one picture to the next.</summary>
/// <param name="At">When the later picture was taken.</param>
/// <param name="Kind">One of <see cref="ChangeKinds"/>.</param>
/// <param name="Node">host:port of the node it is about; null when it is about the cluster.</param>
/// <param name="Text">One line for people.</param>
internal sealed record TopologyChange(DateTimeOffset At, string Kind, string? Node, string Text);

internal static class ChangeKinds
{
    /// <summary>The cluster says another state than before.</summary>
    public const string State = "state";

    /// <summary>A node does not answer any more.</summary>
    public const string NodeLost = "node-lost";

    /// <summary>A node answers again.</summary>
    public const string NodeBack = "node-back";

    /// <summary>The cluster has agreed that a node is down.</summary>
    public const string NodeFailed = "node-failed";

    /// <summary>The cluster no longer holds a node to be down.</summary>
    public const string NodeRecovered = "node-recovered";

    /// <summary>There is a node that was not there before.</summary>
    public const string NodeJoined = "node-joined";

    /// <summary>A node is no longer part of the cluster.</summary>
    public const string NodeLeft = "node-left";

    /// <summary>A replica became a master.</summary>
    public const string MasterChanged = "master-changed";

    /// <summary>A master became a replica.</summary>
    public const string Demoted = "demoted";

    /// <summary>A replica follows another master than before.</summary>
    public const string ReplicaMoved = "replica-moved";

    /// <summary>A replica's link to its master went up or down.</summary>
    public const string ReplicaLink = "replica-link";

    /// <summary>Slots have another owner than before, other than by a failover.</summary>
    public const string SlotsMoved = "slots-moved";
}
