using System.Globalization;
using System.Net;
using FsCheck.Xunit;
using NetBox.Tools.Probes.Paths;
using NetBox.Tools.Reports;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Unit.NetBox;

public class PathTests
{
    private const long Now = 1_700_000_000_000;

    [Fact]
    public void The_smallest_network_wins_then_the_lowest_metric()
    {
        RouteReport[] routes =
        [
            new("0.0.0.0/0", "10.0.0.1", "eth0", 0), new("10.0.0.0/8", null, "eth1", 5), new("10.1.0.0/16", null, "eth2", 9), new("10.1.0.0/16", null, "eth3", 3), new("::/0", "fe80::1", "eth0", 1),
        ];
        Assert.Equal("eth3", RouteChoice.Choose(routes, IPAddress.Parse("10.1.2.3"))!.Interface);
        Assert.Equal("eth1", RouteChoice.Choose(routes, IPAddress.Parse("10.2.2.3"))!.Interface);
        Assert.Equal("0.0.0.0/0", RouteChoice.Choose(routes, IPAddress.Parse("192.0.2.1"))!.Destination);
        Assert.Equal("::/0", RouteChoice.Choose(routes, IPAddress.Parse("fd00::1"))!.Destination);
        Assert.Null(RouteChoice.Choose(routes[1..2], IPAddress.Parse("192.0.2.1")));
    }

    [Property]
    public bool No_route_that_leads_there_is_more_exact_than_the_one_chosen(uint destination, (uint Network, byte Length, byte Metric)[] tables)
    {
        var routes = tables.Select((row, index) => new RouteReport(Network(row.Network, row.Length % 33), null, $"eth{index}", row.Metric)).ToList();
        var address = Address(destination);
        var leading = routes.Where(route => IPNetwork.Parse(route.Destination).Contains(address)).ToList();
        var chosen = RouteChoice.Choose(routes, address);
        return chosen is null
            ? leading.Count == 0
            : leading.Contains(chosen) && leading.All(route => (Length(route), -route.Metric).CompareTo((Length(chosen), -chosen.Metric)) <= 0);
    }

    [Fact]
    public void Links_are_told_from_both_ends()
    {
        var (a, b) = (End(0, "connected", links: [(1, true, 5000, 7), (1, false, 4000, 0), (2, true, 9000, 1)]), End(1, "connected"));
        Assert.Equal(
            new("127.0.0.1:7101", "127.0.0.1:7102", "127.0.0.1:7102@17102", "ok", true, 1000, 5000, 4000, 7, null),
            LinkRules.Describe(a, b));
        Assert.Empty(LinkRules.Check(a, b, null));
        Assert.Equal(new("127.0.0.1:7102", "127.0.0.1:7101", "127.0.0.1:7101@17101", "ok", true, 1000, null, null, null, null), LinkRules.Describe(b, a));
    }

    [Theory]
    [InlineData("connected", "let TCP port 17102 through from the host of 127.0.0.1:7101 to that of 127.0.0.1:7102")]
    [InlineData("refused", "is cluster-port of 127.0.0.1:7102 17102")]
    [InlineData("filtered", "let TCP port 17102 (the cluster bus) through to 127.0.0.1:7102")]
    public void A_broken_link_is_mended_where_it_is_broken(string outcome, string cure)
    {
        var tried = new TcpAttempt(1, outcome == "connected", 1, "127.0.0.1", outcome, "reason");
        var problem = Assert.Single(LinkRules.Check(End(0, "disconnected"), End(1, "connected"), tried));
        Assert.Equal("127.0.0.1:7101", problem.Where);
        Assert.StartsWith("its link to 127.0.0.1:7102 is down; it looks for it at 127.0.0.1:7102@17102", problem.Cause);
        Assert.StartsWith(cure, problem.Cure);
    }

    [Fact]
    public void A_node_that_has_moved_is_to_be_met_where_it_is()
    {
        var moved = End(1, "connected", ownPort: 7199);
        var problem = Assert.Single(LinkRules.Check(End(0, "disconnected"), moved, null));
        Assert.EndsWith("but it is at 127.0.0.1:7199@17199", problem.Cause);
        Assert.Equal("redis-cli -h 127.0.0.1 -p 7101 CLUSTER MEET 127.0.0.1 7102 17199", problem.Cure);
    }

    [Fact]
    public void Nodes_of_different_clusters_and_replicas_without_their_master()
    {
        var problem = Assert.Single(LinkRules.Check(End(0, "connected", knows: false), End(1, "connected"), null));
        Assert.Contains("they are not of one cluster", problem.Cause);

        var replica = End(0, "connected", master: true);
        Assert.Equal("down", LinkRules.Describe(replica, End(1, "connected")).Replication);
        problem = Assert.Single(LinkRules.Check(replica, End(1, "connected"), null));
        Assert.Contains("masterauth", problem.Cure);
    }

    [Fact]
    public void Cluster_links_are_read()
    {
        var id = SampleCluster.Id(1);
        var reply = RespValue.Array(RespValue.Array(
            RespValue.BulkString("direction"), RespValue.BulkString("to"), RespValue.BulkString("node"), RespValue.BulkString(id),
            RespValue.BulkString("create-time"), RespValue.Number(Now), RespValue.BulkString("events"), RespValue.BulkString("r"),
            RespValue.BulkString("send-buffer-allocated"), RespValue.Number(9), RespValue.BulkString("send-buffer-used"), RespValue.Number(4)));
        Assert.Equal(new(NodeId.Parse(id), true, DateTimeOffset.FromUnixTimeMilliseconds(Now), 4), Assert.Single(BusLink.Parse(reply)));
        Assert.Throws<FormatException>(() => BusLink.Parse(RespValue.Array(RespValue.Array(RespValue.BulkString("direction"), RespValue.BulkString("to")))));
    }

    private static LinkEnd End(
        int node, string link, bool knows = true, bool master = false, int? ownPort = null, IEnumerable<(int Peer, bool Outgoing, int AgeMs, long Waiting)>? links = null)
    {
        var (other, port) = (1 - node, ownPort ?? 7101 + node);
        var role = master ? $"slave {SampleCluster.Id(other)}" : "master -";
        var lines = string.Create(CultureInfo.InvariantCulture, $"{SampleCluster.Id(node)} 127.0.0.1:{port}@{port + 10000} myself,{role} 0 0 1 connected\n")
            + (knows ? string.Create(CultureInfo.InvariantCulture, $"{SampleCluster.Id(other)} 127.0.0.1:{7101 + other}@{17101 + other} master - 0 {Now - 1000} 2 {link} 0-16383\n") : "");
        return new(
            new()
            {
                Endpoint = SampleCluster.Endpoint(node),
                MyId = NodeId.Parse(SampleCluster.Id(node)),
                View = ClusterView.Parse(lines),
                ConnectedAddress = IPAddress.Loopback,
                Replication = master
                    ? ServerInfo.Parse("role:slave\r\nmaster_host:127.0.0.1\r\nmaster_port:7102\r\nmaster_link_status:down\r\nslave_repl_offset:10\r\nmaster_repl_offset:10\r\n").Replication
                    : null,
            },
            DateTimeOffset.FromUnixTimeMilliseconds(Now),
            [.. (links ?? []).Select(l => new BusLink(NodeId.Parse(SampleCluster.Id(l.Peer)), l.Outgoing, DateTimeOffset.FromUnixTimeMilliseconds(Now - l.AgeMs), l.Waiting))]);
    }

    private static IPAddress Address(uint bits) => new([(byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits]);

    private static string Network(uint bits, int length) => $"{Address(length == 0 ? 0 : bits & (uint.MaxValue << (32 - length)))}/{length}";

    private static int Length(RouteReport route) => IPNetwork.Parse(route.Destination).PrefixLength;
}
