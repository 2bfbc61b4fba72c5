using System.Text.Json;
using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.Topology;

namespace Unit.Planning;

public sealed class ClusterCheckerTests
{
    [Fact]
    public void A_good_cluster_has_nothing_to_tell()
    {
        var report = ClusterChecker.Check(SimulatedCluster.Formed(Requests.Six).Observe());
        Assert.Empty(report.Findings);
        Assert.True(report.Healthy);
    }

    [Fact]
    public void Without_replicas_that_is_worth_knowing()
    {
        var report = ClusterChecker.Check(SimulatedCluster.Formed(Requests.Local(3, 0)).Observe());
        Assert.Equal((Severity.Info, FindingCodes.MasterWithoutReplica), Only(report));
        Assert.True(report.Healthy);
    }

    [Fact]
    public void An_additional_replica_is_no_fault() =>
        Assert.Empty(ClusterChecker.Check(SimulatedCluster.Formed(Requests.Local(7, 1)).Observe()).Findings);

    [Fact]
    public void A_node_lost_after_a_failover()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster.FailOver(cluster.Nodes.First(n => n.Master == cluster[0]), isOldMasterDown: true);
        var report = ClusterChecker.Check(cluster.Observe());
        Assert.Equal(
            [
                (Severity.Error, FindingCodes.Unreachable, "127.0.0.1:7101"),
                (Severity.Warning, FindingCodes.NodeFailed, "127.0.0.1:7101"),
                (Severity.Warning, FindingCodes.MasterWithoutReplica, "127.0.0.1:7104"),
            ],
            report.Findings.Select(f => (f.Severity, f.Code, f.Node!.ToString())));
        Assert.False(report.Healthy);
        Assert.True(report.Summary.StateOk);
    }

    [Fact]
    public void A_master_lost_with_its_slots()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[1].IsDown = true;
        var report = ClusterChecker.Check(cluster.Observe());
        Assert.Contains(report.Findings, f => f is { Severity: Severity.Error, Code: FindingCodes.NodeFailed } && f.Message.Contains("5462 slots: 5461-10922", StringComparison.Ordinal));
        Assert.Contains(report.Findings, f => f is { Severity: Severity.Error, Code: FindingCodes.ReplicaLinkDown, Node.Port: 7105 });
    }

    [Fact]
    public void Fresh_nodes_are_no_cluster()
    {
        var report = ClusterChecker.Check(new SimulatedCluster(Requests.Six.Nodes).Observe());
        Assert.False(report.Healthy);
        var codes = report.Findings.Select(f => f.Code).ToHashSet();
        Assert.Superset(new HashSet<string> { FindingCodes.SlotsUncovered, FindingCodes.MembersDisagree, FindingCodes.StateFail, FindingCodes.MasterWithoutSlots }, codes);
    }

    [Fact]
    public void Slot_maps_that_differ_name_the_node_in_the_minority()
    {
        var observation = SimulatedCluster.Formed(Requests.Six).Observe();
        var text = Lines(observation.Nodes[4]).Replace("0-5460", "0-5459", StringComparison.Ordinal);
        var report = Check(observation, 4, n => n with { View = ClusterView.Parse(text) });
        var finding = Assert.Single(report.Findings);
        Assert.Equal((Severity.Error, FindingCodes.SlotMapsDisagree, 7105), (finding.Severity, finding.Code, finding.Node!.Port));
        Assert.False(report.Summary.NodesAgree);
        Assert.Equal(16384, report.Summary.SlotsCovered);
    }

    [Fact]
    public void Slots_nobody_owns()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[2].Slots = cluster[2].Slots.Except(SlotSet.Parse("16000-16383"));
        var report = ClusterChecker.Check(cluster.Observe());
        Assert.Contains(report.Findings, f => f.Code == FindingCodes.SlotsUncovered && f.Message == "384 of 16384 slots have no owner: 16000-16383.");
        Assert.Contains("[ERR] Only 16000 of 16384 slots covered.", report.Summary.ToLines());
    }

    [Theory]
    [InlineData(FindingCodes.SlotOpen, Severity.Error, "7101 has slots left migrating to 127.0.0.1:7102, which is not importing them: 77.", "0-5460", "0-5460 [77->-0000000000000000000000000000000000000002]")]
    [InlineData(FindingCodes.SlotOpen, Severity.Error, "7101 has slots left importing from 127.0.0.1:7102, which is not migrating them: 9000.", "0-5460", "0-5460 [9000-<-0000000000000000000000000000000000000002]")]
    [InlineData(FindingCodes.NodeSuspected, Severity.Warning, "7104 does not answer 127.0.0.1:7101 ", " slave 0000000000000000000000000000000000000001", " slave,fail? 0000000000000000000000000000000000000001")]
    [InlineData(FindingCodes.BusLinkDown, Severity.Warning, "7101 has no bus link to 127.0.0.1:7102 (bus port 17102)", "2 connected", "2 disconnected")]
    [InlineData(FindingCodes.NoAddress, Severity.Warning, "7101 has no address for node 00000000", "7102@17102 master", "7102@17102 master,noaddr")]
    [InlineData(FindingCodes.RolesDisagree, Severity.Error, "7104 is a replica to most nodes, but not to 127.0.0.1:7101", " slave 0000000000000000000000000000000000000001", " master -")]
    public void What_a_single_node_says(string code, Severity severity, string message, string text, string instead)
    {
        var observation = SimulatedCluster.Formed(Requests.Six).Observe();
        var lines = Lines(observation.Nodes[0]);
        Assert.Contains(text, lines, StringComparison.Ordinal);
        var report = Check(observation, 0, n => n with { View = ClusterView.Parse(lines.Replace(text, instead, StringComparison.Ordinal)) });
        var finding = Assert.Single(report.Findings, f => f.Code == code);
        Assert.Equal(severity, finding.Severity);
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handshake_that_goes_on()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[0].ExtraLines = "ffffffffffffffffffffffffffffffffffffffff 10.9.9.9:6379@16379 handshake - 0 0 0 disconnected\n";
        Assert.Equal((Severity.Warning, FindingCodes.Handshake), Only(ClusterChecker.Check(cluster.Observe())));
    }

    [Fact]
    public void Equal_epochs()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[1].Epoch = cluster[0].Epoch;
        Assert.Equal((Severity.Error, FindingCodes.EpochCollision), Only(ClusterChecker.Check(cluster.Observe())));
    }

    [Fact]
    public void Replication_links()
    {
        var observation = SimulatedCluster.Formed(Requests.Six).Observe();
        var down = observation.Nodes[3].Replication! with { IsMasterLinkUp = false };
        var report = Check(observation, 3, n => n with { Replication = down });
        Assert.Equal([FindingCodes.ReplicaLinkDown, FindingCodes.MasterWithoutReplica], report.Findings.Select(f => f.Code));
        report = Check(observation, 3, n => n with { Replication = down with { IsSyncInProgress = true } });
        Assert.True(report.Healthy);
        Assert.Contains(report.Findings, f => f.Code == FindingCodes.ReplicaSyncing);
    }

    [Theory]
    [InlineData("wait_bgsave", FindingCodes.ReplicaSyncing)]
    [InlineData("send_bulk", FindingCodes.ReplicaSyncing)]
    [InlineData("online", FindingCodes.ReplicaLinkDown)]
    public void A_replica_whose_master_has_it_in_the_row_for_its_copy_has_not_lost_its_link(string state, string code)
    {
        var observation = SimulatedCluster.Formed(Requests.Six).Observe();
        var down = observation.Nodes[3].Replication! with { IsMasterLinkUp = false };
        var master = observation.Nodes.Single(n => n.MyId == observation.Nodes[3].View!.Myself.MasterId);
        observation = observation with
        {
            Nodes = observation.Nodes.Replace(master, master with { Replication = master.Replication! with { Replicas = [new("127.0.0.1", 7104, state, 0, 0)] } }),
        };
        Assert.Contains(Check(observation, 3, n => n with { Replication = down }).Findings, f => f.Code == code);
    }

    [Fact]
    public void Fewer_replicas_than_the_rest()
    {
        var cluster = SimulatedCluster.Formed(Requests.Local(9, 2));
        cluster.Nodes.First(n => n.Master == cluster[0]).Master = cluster[1];
        var finding = Assert.Single(ClusterChecker.Check(cluster.Observe()).Findings);
        Assert.Equal((Severity.Warning, FindingCodes.FewerReplicas, 7101), (finding.Severity, finding.Code, finding.Node!.Port));
    }

    [Fact]
    public void A_replica_on_the_host_of_its_master_counts_only_where_there_are_several()
    {
        var request = Requests.OnHosts([0, 0, 0, 1, 0, 0], 1);
        var report = ClusterChecker.Check(SimulatedCluster.Formed(request).Observe());
        Assert.Equal(2, report.Findings.Count(f => f is { Code: FindingCodes.SharedHost, Severity: Severity.Warning }));
        Assert.True(report.Healthy);
    }

    [Fact]
    public void Timeouts_left_behind_and_timeouts_that_differ()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[0].NodeTimeout = CreateRequest.DefaultFormingNodeTimeout;
        Assert.Equal((Severity.Warning, FindingCodes.NodeTimeoutLowered), Only(ClusterChecker.Check(cluster.Observe())));
        cluster[0].NodeTimeout = TimeSpan.FromSeconds(1);
        Assert.Equal((Severity.Warning, FindingCodes.NodeTimeoutsDiffer), Only(ClusterChecker.Check(cluster.Observe())));
    }

    [Fact]
    public void Nodes_that_are_no_part_of_any_cluster()
    {
        var observation = new ClusterObservation(
            [
                new NodeObservation { Endpoint = NodeEndpoint.Parse("a:1"), Problem = new NodeProblem(NodeProblemKind.Unreachable, "refused") },
                new NodeObservation { Endpoint = NodeEndpoint.Parse("b:1"), Problem = new NodeProblem(NodeProblemKind.AccessDenied, "NOAUTH") },
                new NodeObservation { Endpoint = NodeEndpoint.Parse("c:1"), Problem = new NodeProblem(NodeProblemKind.Protocol, "HTTP") },
                new NodeObservation { Endpoint = NodeEndpoint.Parse("d:1"), IsClusterEnabled = false },
            ],
            DateTimeOffset.UnixEpoch);
        var report = ClusterChecker.Check(observation);
        Assert.Equal(
            [FindingCodes.NothingObserved, FindingCodes.Unreachable, FindingCodes.AccessDenied, FindingCodes.ProtocolError, FindingCodes.NotClusterMode],
            report.Findings.Select(f => f.Code));
        Assert.Equal((4, 0, false), (report.Summary.NodeCount, report.Summary.SlotsCovered, report.Summary.StateOk));
        Assert.False(ClusterChecker.Check(new ClusterObservation([], default)).Healthy);
    }

    [Fact]
    public void One_real_view_tells_of_the_nodes_that_were_not_asked()
    {
        var observation = new ClusterObservation(
            [new NodeObservation { Endpoint = NodeEndpoint.Parse("127.0.0.1:23101"), View = ClusterView.Parse(Redis70.Failed), Info = ClusterInfo.Parse(Redis70.FailedInfo) }],
            DateTimeOffset.UnixEpoch);
        var report = ClusterChecker.Check(observation);
        Assert.Equal(5, report.Findings.Count(f => f.Code == FindingCodes.NotAsked));
        Assert.Contains(report.Findings, f => f is { Code: FindingCodes.NodeFailed, Node.Port: 23103 });
    }

    [Fact]
    public void The_summary_reads_as_redis_cli_prints_it()
    {
        var cluster = SimulatedCluster.Formed(Requests.Local(3, 0));
        cluster[0].Keys = 1;
        Assert.Equal(
            [
                "M: 0000000000000000000000000000000000000001 127.0.0.1:7101",
                "   slots:[0-5460] (5461 slots) master, 0 replicas, 1 key",
                "M: 0000000000000000000000000000000000000002 127.0.0.1:7102",
                "   slots:[5461-10922] (5462 slots) master, 0 replicas, 0 keys",
                "M: 0000000000000000000000000000000000000003 127.0.0.1:7103",
                "   slots:[10923-16383] (5461 slots) master, 0 replicas, 0 keys",
                "[OK] All nodes agree about slots configuration.",
                "[OK] No open slots.",
                "[OK] All 16384 slots covered.",
                "[OK] Every node says cluster_state:ok.",
            ],
            ClusterSummary.Of(cluster.Observe()).ToLines());
    }

    [Fact]
    public void A_report_is_json_and_does_not_depend_on_the_order_of_the_observation()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster.FailOver(cluster.Nodes.First(n => n.Master == cluster[0]), isOldMasterDown: true);
        var observation = cluster.Observe();
        var json = Json(observation);
        Assert.Contains("\"severity\":\"Error\",\"code\":\"unreachable\"", json, StringComparison.Ordinal);
        Assert.Contains("\"healthy\":false", json, StringComparison.Ordinal);
        Assert.Equal(json, Json(observation with { Nodes = [.. observation.Nodes.Reverse()] }));

        static string Json(ClusterObservation observed) => JsonSerializer.Serialize(ClusterChecker.Check(observed), PlanningJsonContext.Default.CheckReport);
    }

    private static CheckReport Check(ClusterObservation observation, int index, Func<NodeObservation, NodeObservation> change) =>
        ClusterChecker.Check(observation with { Nodes = observation.Nodes.SetItem(index, change(observation.Nodes[index])) });

    private static (Severity, string) Only(CheckReport report)
    {
        var finding = Assert.Single(report.Findings);
        return (finding.Severity, finding.Code);
    }

    private static string Lines(NodeObservation node) =>
        string.Join('\n', node.View!.Nodes.Select(n =>
            $"{n.Id} {n.Address} {(n.IsMyself ? "myself," : "")}{(n.IsMaster ? "master" : "slave")} {n.MasterId?.ToString() ?? "-"} 0 0 {n.ConfigEpoch} connected {n.Slots}"));
}
