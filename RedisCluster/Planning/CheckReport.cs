using System.Collections.Immutable;
using System.Text.Json.Serialization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>It works, but the next loss of a node may hurt more than it has to.</summary>
    Warning,

    /// <summary>Something does not work, or nobody can say whether it does.</summary>
    Error,
}

/// <summary>One thing the check found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">Stable, for scripts; one of <see cref="FindingCodes"/>.</param>
/// <param name="Message">One line for people that names the nodes.</param>
/// <param name="Node">The node it is about; null when it is about the cluster.</param>
public sealed record Finding(Severity Severity, string Code, string Message, NodeEndpoint? Node = null)
{
    /// <summary>The id of the node it is about where no address leads to that node any more; else null.</summary>
    public NodeId? Gone { get; init; }
}

/// <summary>What the check found.</summary>
/// <param name="Findings">The gravest first.</param>
/// <param name="Summary">Masters, replicas, slots.</param>
public sealed record CheckReport(ImmutableArray<Finding> Findings, ClusterSummary Summary)
{
    /// <summary>No finding is an error.</summary>
    public bool Healthy => Findings.All(f => f.Severity != Severity.Error);
}

/// <summary>The codes of findings.</summary>
public static class FindingCodes
{
    /// <summary>Error: a node did not answer.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>Error: a node wants other credentials.</summary>
    public const string AccessDenied = "access-denied";

    /// <summary>Error: a node does not answer as it should.</summary>
    public const string ProtocolError = "protocol-error";

    /// <summary>Error: a node does not run in cluster mode.</summary>
    public const string NotClusterMode = "not-cluster-mode";

    /// <summary>Info: a node of the cluster was not asked.</summary>
    public const string NotAsked = "not-asked";

    /// <summary>Error: no node answered.</summary>
    public const string NothingObserved = "nothing-observed";

    /// <summary>Error: nodes disagree on who owns which slot.</summary>
    public const string SlotMapsDisagree = "slot-maps-disagree";

    /// <summary>Error: nodes disagree on which nodes the cluster has.</summary>
    public const string MembersDisagree = "members-disagree";

    /// <summary>Error: nodes disagree on who is a master.</summary>
    public const string RolesDisagree = "roles-disagree";

    /// <summary>Error: two masters with slots have the same config epoch.</summary>
    public const string EpochCollision = "epoch-collision";

    /// <summary>Warning: nodes tell different config epochs of a master.</summary>
    public const string EpochsDisagree = "epochs-disagree";

    /// <summary>Error: some nodes say cluster_state:ok, others fail.</summary>
    public const string StatesDisagree = "states-disagree";

    /// <summary>Error: nodes know a node under different ids.</summary>
    public const string IdsDisagree = "ids-disagree";

    /// <summary>Warning: a node that is gone is remembered by some of the others.</summary>
    public const string StaleNode = "stale-node";

    /// <summary>Error: slots nobody owns.</summary>
    public const string SlotsUncovered = "slots-uncovered";

    /// <summary>Error: slots that several nodes say they own.</summary>
    public const string SlotOwnersMany = "slot-owners-many";

    /// <summary>Error: a master holds keys in slots it does not own. Found only where keys are counted.</summary>
    public const string KeysElsewhere = "keys-elsewhere";

    /// <summary>Error: a slot was left migrating or importing.</summary>
    public const string SlotOpen = "slot-open";

    /// <summary>Error: a node says cluster_state:fail.</summary>
    public const string StateFail = "state-fail";

    /// <summary>Error: the nodes agreed that a node with slots is down. Warning: the same for any other node.</summary>
    public const string NodeFailed = "node-failed";

    /// <summary>Warning: a node suspects another one to be down.</summary>
    public const string NodeSuspected = "node-suspected";

    /// <summary>Warning: a node is still being met.</summary>
    public const string Handshake = "handshake";

    /// <summary>Warning: a node's address is not known to a peer.</summary>
    public const string NoAddress = "no-address";

    /// <summary>Warning: a bus link is down, seen from one end.</summary>
    public const string BusLinkDown = "bus-link-down";

    /// <summary>Error: a node's bus port has not been reached by peers for a whole node timeout, while its client port answers.</summary>
    public const string BusUnreachable = "bus-unreachable";

    /// <summary>Error: a replica's link to its master is down.</summary>
    public const string ReplicaLinkDown = "replica-link-down";

    /// <summary>Warning: a replica is still receiving its first copy of the data.</summary>
    public const string ReplicaSyncing = "replica-syncing";

    /// <summary>Warning: a replica is further behind its master than it may be.</summary>
    public const string ReplicaLagging = "replica-lagging";

    /// <summary>Warning: a master without a replica that works. Info, once: no master has one.</summary>
    public const string MasterWithoutReplica = "master-without-replica";

    /// <summary>Warning: a master has fewer working replicas than most.</summary>
    public const string FewerReplicas = "fewer-replicas";

    /// <summary>Warning: a master without slots.</summary>
    public const string MasterWithoutSlots = "master-without-slots";

    /// <summary>Warning: a master and one of its replicas share a host although there are several.</summary>
    public const string SharedHost = "shared-host";

    /// <summary>Warning: a master and all of its replicas share a zone although there are several.</summary>
    public const string SharedZone = "shared-zone";

    /// <summary>Warning: the node timeout is still the lowered one of a create that was killed.</summary>
    public const string NodeTimeoutLowered = "node-timeout-lowered";

    /// <summary>Warning: nodes have different node timeouts.</summary>
    public const string NodeTimeoutsDiffer = "node-timeouts-differ";
}
