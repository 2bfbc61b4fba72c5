using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

/// <summary>What the check finds that redis-cli's does not look for.</summary>
public sealed class CheckRulesTests
{
    private const string Id1 = "0000000000000000000000000000000000000001";
    private const string Id2 = "0000000000000000000000000000000000000002";
    private const string Id4 = "0000000000000000000000000000000000000004";
    private const string Gone = "ffffffffffffffffffffffffffffffffffffffff";

    [Fact]
    public void States_that_differ_are_told_once_with_both_sides()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        var fail = ClusterInfo.Parse(
            "cluster_state:fail\ncluster_slots_assigned:0\ncluster_slots_ok:0\ncluster_slots_pfail:0\ncluster_slots_fail:0\ncluster_known_nodes:1\ncluster_size:0\ncluster_current_epoch:0\ncluster_my_epoch:0");
        var finding = Single(Change(cluster, 1, n => n with { Info = fail }), FindingCodes.StatesDisagree);
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.EndsWith("and 1 more, fail to 127.0.0.1:7102.", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Epochs_that_differ_name_the_master_and_who_has_not_heard()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        var finding = Single(Edit(cluster, 4, $"{Id1} 127.0.0.1:7101@17101 master - 0 0 1", $"{Id1} 127.0.0.1:7101@17101 master - 0 0 0"), FindingCodes.EpochsDisagree);
        Assert.Equal((Severity.Warning, "127.0.0.1:7101 is in config epoch 1, but not to 127.0.0.1:7105."), (finding.Severity, finding.Message));
    }

    [Fact]
    public void An_address_with_two_ids_names_who_knows_which()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        var finding = Single(Edit(cluster, 0, Id2, Gone), FindingCodes.IdsDisagree);
        Assert.Equal((Severity.Error, 7102), (finding.Severity, finding.Node!.Port));
        Assert.Contains("00000000 to 127.0.0.1:7102", finding.Message, StringComparison.Ordinal);
        Assert.Contains("ffffffff to 127.0.0.1:7101", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("master,fail")]
    [InlineData("slave,noaddr")]
    public void A_node_that_is_gone_and_remembered_by_some(string flags)
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[1].ExtraLines = $"{Gone} 10.0.0.9:6379@16379 {flags} - 0 0 0 disconnected\n";
        cluster[3].ExtraLines = cluster[1].ExtraLines;
        var report = ClusterChecker.Check(cluster.Observe());
        var finding = Assert.Single(report.Findings, f => f.Code == FindingCodes.StaleNode);
        Assert.Equal(
            (Severity.Warning, "Node ffffffff at 10.0.0.9:6379 is gone, but 127.0.0.1:7102, 127.0.0.1:7104 still remember it."),
            (finding.Severity, finding.Message));
        Assert.DoesNotContain(report.Findings, f => f.Code == FindingCodes.MembersDisagree);

        foreach (var node in cluster.Nodes)
        {
            node.ExtraLines = cluster[1].ExtraLines;
        }

        Assert.DoesNotContain(ClusterChecker.Check(cluster.Observe()).Findings, f => f.Code == FindingCodes.StaleNode);
    }

    [Fact]
    public void A_bus_port_that_peers_do_not_reach_is_told_with_both_ends()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        foreach (var by in (int[])[0, 2, 4])
        {
            cluster = Edit(cluster, by, "127.0.0.1:7102@17102 master - 0 0 2 connected", "127.0.0.1:7102@17102 master,fail? - 0 0 2 disconnected");
        }

        var report = ClusterChecker.Check(cluster);
        var finding = Assert.Single(report.Findings, f => f.Code == FindingCodes.BusUnreachable);
        Assert.Equal((Severity.Error, 7102), (finding.Severity, finding.Node!.Port));
        Assert.StartsWith(
            "The bus port 17102 of 127.0.0.1:7102 cannot be reached from 127.0.0.1:7101, 127.0.0.1:7103, 127.0.0.1:7105, although its client port answers",
            finding.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(report.Findings, f => f.Code == FindingCodes.BusLinkDown);
    }

    [Theory]
    [InlineData(184_999, FindingCodes.BusUnreachable)]
    [InlineData(185_000, FindingCodes.BusLinkDown)]
    public void A_bus_port_whose_node_is_heard_all_the_same_shows_by_its_last_pong(long pong, string code)
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        cluster = Edit(cluster, 0, "7102@17102 master - 0 0 2 connected", $"7102@17102 master - 0 {pong} 2 disconnected");
        cluster = Change(cluster, 0, n => n with { View = ClusterView.Parse(Damage(n.View!, 2, line => line with { PongReceived = 200_000 })) });
        Assert.Equal([code], ClusterChecker.Check(cluster).Findings.Select(f => f.Code));
    }

    [Theory]
    [InlineData(15_000, 185_001, 184_999, true)]
    [InlineData(15_000, 185_001, 185_000, false)]
    [InlineData(15_000, 0, 184_999, false)]
    [InlineData(500, 195_001, 194_999, true)]
    [InlineData(500, 195_001, 195_001, false)]
    public void A_link_whose_packets_are_dropped_looks_connected_and_shows_by_a_ping_without_an_answer(int timeout, long ping, long pong, bool blocked)
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        cluster = Change(cluster, 0, n => n with
        {
            NodeTimeout = TimeSpan.FromMilliseconds(timeout),
            View = ClusterView.Parse(Damage(n.View!, 2, line => line with { PongReceived = 200_000 })),
        });
        cluster = Edit(cluster, 0, "7102@17102 master - 0 0 2 connected", $"7102@17102 master - {ping} {pong} 2 connected");
        Assert.Equal(blocked, ClusterChecker.Check(cluster).Findings.Any(f => f.Code == FindingCodes.BusUnreachable));
    }

    [Fact]
    public void A_node_that_answers_nobody_is_no_matter_of_its_bus_port()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[4].IsDown = true;
        Assert.DoesNotContain(ClusterChecker.Check(cluster.Observe()).Findings, f => f.Code is FindingCodes.BusUnreachable or FindingCodes.BusLinkDown);
    }

    [Theory]
    [InlineData($"[77->-{Id2}]", $"[77-<-{Id1}]", "7101 has slots left migrating to 127.0.0.1:7102, which is importing them: 77.", "7102 has slots left importing from 127.0.0.1:7101, which is migrating them: 77.")]
    [InlineData($"[77->-{Id2}]", $"[77-<-{Id4}]", "7101 has slots left migrating to 127.0.0.1:7102, which is importing them from another node: 77.", "7102 has slots left importing from 127.0.0.1:7104, which is a replica: 77.")]
    [InlineData($"[77->-{Id2}] [78->-{Id2}] [80->-{Gone}]", "", "migrating to 127.0.0.1:7102, which is not importing them: 77-78.", "migrating to the unknown node ffffffff, which does not answer: 80.")]
    [InlineData("", $"[77-<-{Id1}] [9000-<-{Id1}]", "importing from 127.0.0.1:7101, which is not migrating them: 77.", "")]
    [InlineData($"[77->-{Gone}]", $"[77-<-{Id1}]", "importing from 127.0.0.1:7101, which is migrating them to another node: 77.", "migrating to the unknown node ffffffff")]
    public void A_slot_left_half_way_names_both_ends(string first, string second, string message, string other)
    {
        var cluster = Edit(SimulatedCluster.Formed(Requests.Six).Observe(), 0, "connected 0-5460", $"connected 0-5460 {first}");
        cluster = Edit(cluster, 1, "connected 5461-10922", $"connected 5461-10922 {second}");
        var open = ClusterChecker.Check(cluster).Findings.Where(f => f.Code == FindingCodes.SlotOpen).ToList();
        Assert.All(open, f => Assert.Equal(Severity.Error, f.Severity));
        Assert.Contains(open, f => f.Message.Contains(message, StringComparison.Ordinal));
        Assert.Contains(open, f => f.Message.Contains(other, StringComparison.Ordinal));
    }

    [Fact]
    public void A_slot_that_two_masters_claim_names_both()
    {
        var cluster = Edit(SimulatedCluster.Formed(Requests.Six).Observe(), 1, "connected 5461-10922", "connected 5459-10922");
        var finding = Single(cluster, FindingCodes.SlotOwnersMany);
        Assert.Equal((Severity.Error, "127.0.0.1:7101 and 127.0.0.1:7102 each say that they own slots 5459-5460."), (finding.Severity, finding.Message));
    }

    [Fact]
    public void Keys_outside_the_slots_of_their_holder_are_found_where_they_are_counted()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        var keys = SlotKeys.Of([(NodeId.Parse(Id1), 5, 3), (NodeId.Parse(Id1), 6000, 2), (NodeId.Parse(Id1), 6001, 1), (NodeId.Parse(Id2), 5461, 9)]);
        Assert.Empty(ClusterChecker.Check(cluster).Findings);
        var finding = Assert.Single(ClusterChecker.Check(cluster, new() { Keys = keys }).Findings);
        Assert.Equal(
            (Severity.Error, FindingCodes.KeysElsewhere, "127.0.0.1:7101 holds 3 keys in slots it does not own, where no client finds them: 6000-6001."),
            (finding.Severity, finding.Code, finding.Message));
    }

    [Theory]
    [InlineData(CheckOptions.DefaultReplicaLag, false)]
    [InlineData(CheckOptions.DefaultReplicaLag + 1, true)]
    public void A_replica_that_lags_is_told_with_the_bytes(long behind, bool isFound)
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        cluster = Change(cluster, 0, n => n with { Replication = n.Replication! with { Offset = behind + 7 } });
        cluster = Change(cluster, 3, n => n with { Replication = n.Replication! with { Offset = 7 } });
        var report = ClusterChecker.Check(cluster);
        Assert.Equal(isFound, report.Findings.Any(f => f.Code == FindingCodes.ReplicaLagging));
        Assert.All(report.Findings, f => Assert.Equal(
            (Severity.Warning, $"127.0.0.1:7104 is {behind} bytes behind its master 127.0.0.1:7101."), (f.Severity, f.Message)));
        Assert.Empty(ClusterChecker.Check(cluster, new() { ReplicaLag = behind }).Findings);
    }

    [Fact]
    public void Labels_say_who_shares_a_host_and_a_zone()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
        Assert.Empty(ClusterChecker.Check(cluster).Findings);
        // 7104, 7105, 7106 replicate 7101, 7102, 7103.
        var labels = Requests.Six.Nodes.Select((node, i) => KeyValuePair.Create(node, new NodeLabels($"host-{(i == 3 ? 0 : i)}", $"zone-{(i is 1 or 4 ? 1 : i)}"))).ToImmutableDictionary();
        Assert.Equal(
            ["127.0.0.1:7104 runs on the same host as its master 127.0.0.1:7101.", "127.0.0.1:7102 and all of its replicas run in zone zone-1."],
            ClusterChecker.Check(cluster, new() { Labels = labels.SetItem(Requests.Six.Nodes[3], new("host-0", "zone-0")).SetItem(Requests.Six.Nodes[0], new("host-0", "zone-0")) })
                .Findings.Where(f => f.Node!.Port != 7101).Select(f => f.Message));
        Assert.Contains(
            ClusterChecker.Check(cluster with { Nodes = [.. cluster.Nodes.Select(n => n with { AvailabilityZone = n.Endpoint.Port is 7101 or 7104 ? "a" : $"{n.Endpoint.Port}" })] }).Findings,
            f => f.Code == FindingCodes.SharedZone && f.Message == "127.0.0.1:7101 and all of its replicas run in zone a.");
    }

    [Fact]
    public void Whatever_the_nodes_say_the_report_is_the_same_in_any_order()
    {
        var damages = (from node in Gen.Choose(0, 5)
                       from line in Gen.Choose(0, 5)
                       from kind in Gen.Choose(0, Damages.Length - 1)
                       select (node, line, kind)).ListOf(4);
        Prop.ForAll(damages.ToArbitrary(), all =>
        {
            var cluster = SimulatedCluster.Formed(Requests.Six).Observe();
            foreach (var (node, line, kind) in all)
            {
                cluster = Change(cluster, node, n => n with { View = ClusterView.Parse(Damage(n.View!, line, Damages[kind])) });
            }

            var report = ClusterChecker.Check(cluster);
            var mirrored = ClusterChecker.Check(cluster with { Nodes = [.. cluster.Nodes.Reverse()] });
            return report.Findings.SequenceEqual(mirrored.Findings);
        }).QuickCheckThrowOnFailure();
    }

    private static readonly Func<ClusterNode, ClusterNode>[] Damages =
    [
        n => n with { Flags = n.Flags | NodeFlags.Failure },
        n => n with { Flags = n.Flags | NodeFlags.PossibleFailure, IsLinkConnected = false },
        n => n with { IsLinkConnected = false },
        n => n with { Flags = n.Flags | NodeFlags.NoAddress },
        n => n with { ConfigEpoch = n.ConfigEpoch + 1 },
        n => n with { Slots = SlotSet.Empty },
        n => n with { Slots = n.Slots.Union(SlotSet.Parse("100,6000")) },
        n => n with { Address = n.Address with { Port = 7101 } },
        n => n.IsMyself ? n with { Migrating = [new OpenSlot(3, NodeId.Parse(Id2))] } : n,
        n => n.IsMyself ? n with { Importing = [new OpenSlot(6001, NodeId.Parse(Gone))] } : n,
    ];

    private static string Damage(ClusterView view, int line, Func<ClusterNode, ClusterNode> damage) =>
        string.Join('\n', view.Nodes.Select((n, i) => Line(i == line ? damage(n) : n)));

    private static Finding Single(ClusterObservation observation, string code) =>
        Assert.Single(ClusterChecker.Check(observation).Findings, f => f.Code == code);

    private static ClusterObservation Change(ClusterObservation observation, int index, Func<NodeObservation, NodeObservation> change) =>
        observation with { Nodes = observation.Nodes.SetItem(index, change(observation.Nodes[index])) };

    private static ClusterObservation Edit(ClusterObservation observation, int index, string text, string instead)
    {
        var lines = string.Join('\n', observation.Nodes[index].View!.Nodes.Select(Line));
        Assert.Contains(text, lines, StringComparison.Ordinal);
        return Change(observation, index, n => n with { View = ClusterView.Parse(lines.Replace(text, instead, StringComparison.Ordinal)) });
    }

    private static string Line(ClusterNode n)
    {
        (NodeFlags Flag, string Name)[] known =
        [
            (NodeFlags.Myself, "myself"), (NodeFlags.Master, "master"), (NodeFlags.Replica, "slave"),
            (NodeFlags.PossibleFailure, "fail?"), (NodeFlags.Failure, "fail"), (NodeFlags.NoAddress, "noaddr"),
        ];
        var flags = string.Join(',', known.Where(f => n.Flags.HasFlag(f.Flag)).Select(f => f.Name));
        var open = n.Migrating.Select(s => $"[{s.Slot}->-{s.Peer}]").Concat(n.Importing.Select(s => $"[{s.Slot}-<-{s.Peer}]"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{n.Id} {n.Address} {flags} {n.MasterId?.ToString() ?? "-"} 0 {n.PongReceived} {n.ConfigEpoch} {(n.IsLinkConnected ? "connected" : "disconnected")} {string.Join(' ', n.Slots.ToRanges().Select(r => r.ToString()).Concat(open))}").TrimEnd();
    }
}
