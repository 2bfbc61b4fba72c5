using RedisCluster.Planning;
using RedisCluster.Topology;

namespace NetBox.Tools.Doctor;

/// <summary>What mends the findings of the cluster check.</summary>
internal static class Cures
{
    public static string Of(Finding finding, NodeEndpoint any)
    {
        var node = (finding.Node ?? any).ToClientString();
        var cluster = any.ToClientString();
        return finding.Code switch
        {
            FindingCodes.SlotsUncovered or FindingCodes.SlotOpen or FindingCodes.SlotOwnersMany =>
                $"netbox cluster fix {cluster}",
            FindingCodes.KeysElsewhere => $"netbox cluster fix {cluster} --search-multiple-owners",
            FindingCodes.MasterWithoutSlots => $"netbox cluster rebalance {cluster} --use-empty-masters",
            FindingCodes.MasterWithoutReplica or FindingCodes.FewerReplicas =>
                $"netbox cluster add-node NEW_HOST:PORT {cluster} --replica",
            FindingCodes.SharedHost or FindingCodes.SharedZone =>
                $"move the replica {node} to another host, or let it follow a master elsewhere: {RedisCli(finding.Node ?? any)} CLUSTER REPLICATE MASTER_ID",
            FindingCodes.StaleNode => $"netbox cluster call {cluster} CLUSTER FORGET NODE_ID   (netbox cluster nodes {cluster} tells the id)",
            FindingCodes.NodeTimeoutLowered or FindingCodes.NodeTimeoutsDiffer => $"netbox cluster set-timeout {cluster} 15000",
            FindingCodes.NodeFailed => $"start the node {node} again; a replica takes a failed master's slots over by itself",
            FindingCodes.NodeSuspected or FindingCodes.Handshake => $"look again in a moment; if it stays: netbox tcp {node}",
            FindingCodes.BusUnreachable or FindingCodes.BusLinkDown =>
                $"open TCP port {(finding.Node ?? any).EffectiveBusPort} (the cluster bus) between all nodes, and see that cluster-announce-bus-port is the one that is open; netbox path {node} PEER tells which of two nodes does not reach the other",
            FindingCodes.ReplicaLinkDown => $"{RedisCli(finding.Node ?? any)} INFO replication, and the replica's log: can it reach its master's client port, and is its masterauth right?",
            FindingCodes.ReplicaSyncing or FindingCodes.ReplicaLagging => $"wait for the copy to end: netbox cluster nodes {cluster}",
            FindingCodes.EpochCollision or FindingCodes.EpochsDisagree => $"the nodes settle it by themselves in a moment; if not: {RedisCli(finding.Node ?? any)} CLUSTER BUMPEPOCH",
            FindingCodes.NotClusterMode => $"start {node} with cluster-enabled yes",
            FindingCodes.StateFail => $"mend the other findings; state ok follows when the slots are covered and a majority of masters is reached",
            FindingCodes.NothingObserved => "start the nodes, or name others",
            FindingCodes.NotAsked => $"let netbox reach the node: netbox tcp {node}",
            _ => $"netbox cluster check {cluster}, and look at the node's log",
        };
    }

    public static string RedisCli(NodeEndpoint node) => $"redis-cli -h {node.Host} -p {node.Port}";
}
