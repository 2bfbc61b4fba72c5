using NetBox.Tools.Cluster;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace NetBox.Tools.Doctor;

/// <summary>
/// What mends the findings. A cure that begins with a command can be pasted as it is: what is to be said of it follows as a comment. The
/// password is never among it; REDISCLI_AUTH holds it for both programs.
/// </summary>
internal sealed class Cures
{
    private readonly NodeEndpoint _any;
    private readonly string _login, _cluster, _clusterLogin;

    /// <param name="any">A node that answers.</param>
    /// <param name="target">How netbox itself was told of the cluster, and has logged in.</param>
    public Cures(NodeEndpoint any, ClusterTarget target)
    {
        _any = any;
        Administrator = target.Settings.Tls ? string.Concat(target.TlsWords.Prepend("--tls").Select(word => $" {Quoted(word)}")) : string.Empty;
        _login = Administrator + (target.Settings.User is { } user ? $" --user {Quoted(user)}" : string.Empty);
        _cluster = target.IsFromEnvironment ? string.Empty : $" {any.ToClientString()}";
        _clusterLogin = target.IsFromEnvironment ? string.Empty : _login;
    }

    // For somebody who may more than the one who has logged in.
    private string Administrator { get; }

    public string Of(Finding finding)
    {
        var at = finding.Node ?? _any;
        var node = at.ToClientString();
        return finding.Code switch
        {
            FindingCodes.SlotsUncovered or FindingCodes.SlotOpen or FindingCodes.SlotOwnersMany => NetBox("cluster fix"),
            FindingCodes.KeysElsewhere => NetBox("cluster fix", "--search-multiple-owners"),
            FindingCodes.MasterWithoutSlots => NetBox("cluster rebalance", "--use-empty-masters"),
            FindingCodes.MasterWithoutReplica or FindingCodes.FewerReplicas => $"start the replica that is missing, or add one: netbox cluster add-node NEW_HOST:PORT{_cluster} --replica{_clusterLogin}",
            FindingCodes.SharedHost or FindingCodes.SharedZone =>
                $"move the replica {node} to another host, or let it follow a master elsewhere: {RedisCli(at, "CLUSTER REPLICATE MASTER_ID")}",
            FindingCodes.StaleNode when finding.Gone is { } gone => $"{NetBox("cluster call", $"CLUSTER FORGET {gone}")}   # those that have forgotten it already call it unknown",
            FindingCodes.NodeTimeoutLowered or FindingCodes.NodeTimeoutsDiffer => NetBox("cluster set-timeout", "15000"),
            FindingCodes.NodeFailed => $"start the node {node} again; a replica takes a failed master's slots over by itself",
            FindingCodes.NodeSuspected => $"look again in a moment; if it stays: netbox tcp {node}",
            FindingCodes.Handshake => $"look again in a moment; if it stays, the bus port of the one it meets cannot be reached: {NetBox("cluster check")}",
            FindingCodes.BusUnreachable or FindingCodes.BusLinkDown =>
                $"open TCP port {at.EffectiveBusPort} (the cluster bus) between all nodes, and see that cluster-announce-bus-port is the one that is open; netbox path {node} PEER tells which of two nodes does not reach the other",
            FindingCodes.ReplicaLinkDown => $"{RedisCli(at, "INFO replication")}   # and the replica's log: can it reach its master's client port, and is its masterauth right?",
            FindingCodes.ReplicaSyncing or FindingCodes.ReplicaLagging => $"wait for the copy to end: {NetBox("topology")}",
            FindingCodes.EpochCollision or FindingCodes.EpochsDisagree => $"the nodes settle it by themselves in a moment; if not: {RedisCli(at, "CLUSTER BUMPEPOCH")}",
            FindingCodes.NotClusterMode => $"start {node} with cluster-enabled yes",
            FindingCodes.ProtocolError => $"is it a Redis server, and that its client port? netbox tcp {node} tells whether it is open",
            FindingCodes.StateFail => "mend the other findings; where there is none, look again in some seconds: a node that was just started, or has just found its peers again, waits before it says ok",
            FindingCodes.NotAsked => $"let netbox reach the node: netbox tcp {node}",
            _ => $"{NetBox("cluster check")}   # and look at the node's log",
        };
    }

    /// <summary>A command of redis-cli to one node.</summary>
    public string RedisCli(NodeEndpoint node, string command) => $"redis-cli -h {node.Host} -p {node.Port}{_login} {command}";

    /// <summary>The same by somebody who may more than the user who has logged in here.</summary>
    public string RedisCliAsAdministrator(NodeEndpoint node, string command) => $"redis-cli -h {node.Host} -p {node.Port}{Administrator} {command}";

    /// <summary>A command of netbox about the cluster.</summary>
    /// <param name="command">Such as <c>cluster call</c>.</param>
    /// <param name="words">What comes behind the node.</param>
    public string NetBox(string command, string words = "") => $"netbox {command}{_cluster}{(words.Length > 0 ? " " : string.Empty)}{words}{_clusterLogin}";

    public static string Quoted(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/')
        ? word
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
