using System.Globalization;
using RedisCluster.Topology;

namespace Unit.NetBox;

/// <summary>Three masters and three replicas at 127.0.0.1:7101-7106, as each of them would describe them.</summary>
internal static class SampleCluster
{
    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly string[] Slots = ["0-5460", "5461-10922", "10923-16383"];

    public static string Id(int node) => new((char)('a' + node), 40);

    public static ClusterObservation Healthy() => Of([.. Enumerable.Range(0, 6).Select(i => Node(i))]);

    /// <summary>Node 0 does not answer and its peers have agreed that it is down; nobody has taken over yet.</summary>
    public static ClusterObservation FirstMasterDown() => Of(
    [
        Unreachable(0, "connection refused"),
        .. Enumerable.Range(1, 5).Select(i => Node(i, failed: 0, ok: false)),
    ]);

    public static ClusterObservation Of(IEnumerable<NodeObservation> nodes) => new([.. nodes], Time);

    public static NodeEndpoint Endpoint(int node) => new("127.0.0.1", 7101 + node);

    public static NodeObservation Unreachable(int node, string reason, NodeProblemKind kind = NodeProblemKind.Unreachable) =>
        new() { Endpoint = Endpoint(node), Problem = new NodeProblem(kind, reason) };

    public static NodeObservation Node(int node, int failed = -1, bool ok = true) => new()
    {
        Endpoint = Endpoint(node),
        MyId = NodeId.Parse(Id(node)),
        View = ClusterView.Parse(NodesText(node, failed)),
        Info = ClusterInfo.Parse(InfoText(ok, failed >= 0 ? 5461 : 0)),
        Replication = ServerInfo.Parse(node < 3
            ? "role:master\r\nmaster_repl_offset:10\r\n"
            : $"role:slave\r\nmaster_host:127.0.0.1\r\nmaster_port:{7101 + node - 3}\r\nmaster_link_status:{(node - 3 == failed ? "down" : "up")}\r\nslave_repl_offset:10\r\nmaster_repl_offset:10\r\n").Replication,
        Version = new ServerVersion(ServerProduct.Redis, new Version(7, 0, 15)),
        KeyCount = 2,
        NodeTimeout = TimeSpan.FromSeconds(5),
        IsClusterEnabled = true,
    };

    /// <summary>CLUSTER NODES of one of them.</summary>
    public static string NodesText(int asked, int failed = -1) => string.Join('\n', Enumerable.Range(0, 6).Select(node =>
    {
        var flags = (node == asked ? "myself," : "") + (node < 3 ? "master" : "slave") + (node == failed ? ",fail" : "");
        var master = node < 3 ? "-" : Id(node - 3);
        var link = node == failed ? "disconnected" : "connected";
        var epoch = (node % 3) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{Id(node)} 127.0.0.1:{7101 + node}@{17101 + node} {flags} {master} 0 1 {epoch} {link}{(node < 3 ? " " + Slots[node] : "")}");
    })) + "\n";

    private static string InfoText(bool ok, int failedSlots) => string.Join("\r\n",
        $"cluster_state:{(ok ? "ok" : "fail")}",
        "cluster_slots_assigned:16384",
        $"cluster_slots_ok:{16384 - failedSlots}",
        "cluster_slots_pfail:0",
        $"cluster_slots_fail:{failedSlots}",
        "cluster_known_nodes:6",
        "cluster_size:3",
        "cluster_current_epoch:6",
        "cluster_my_epoch:1",
        "");
}
