using FsCheck.Xunit;
using RedisCluster.Topology;

namespace Unit.Topology;

public sealed class ClusterViewTests
{
    public static TheoryData<string> Replies =>
    [
        Redis70.Fresh, Redis70.Formed, Redis70.NodesConf, Redis70.Migrating, Redis70.Importing, Redis70.Failed, Redis70.Meeting,
        Documented.Redis8, Documented.Valkey9,
    ];

    [Fact]
    public void Reads_a_fresh_node()
    {
        var view = ClusterView.Parse(Redis70.Fresh);
        var node = Assert.Single(view.Nodes);
        Assert.Same(node, view.Myself);
        Assert.Equal(new NodeAddress("", 23101, 23201), node.Address);
        Assert.Equal(NodeFlags.Myself | NodeFlags.Master, node.Flags);
        Assert.Equal((0, 0, 0, true), (node.PingSent, node.PongReceived, node.ConfigEpoch, node.IsLinkConnected));
        Assert.True(view.CoveredSlots().IsEmpty);
    }

    [Fact]
    public void Reads_a_formed_cluster()
    {
        var view = ClusterView.Parse(Redis70.Formed);
        Assert.Equal(6, view.Nodes.Length);
        Assert.Equal(SlotSet.All, view.CoveredSlots());
        Assert.Equal(["0-5460", "5461-10922", "10923-16383"], view.Nodes.Where(n => n.IsMaster).OrderBy(n => n.ConfigEpoch).Select(n => n.Slots.ToString()));
        Assert.Equal(3, view.Nodes.Count(n => n.IsReplica && view.Find(n.MasterId!.Value)!.IsMaster));
        Assert.Equal("node-1.example", view.Nodes.Single(n => n.Address.Port == 23102).Address.Hostname);
        Assert.Equal(view.SlotMapSignature, ClusterView.Parse(Redis70.NodesConf).SlotMapSignature);
        Assert.Null(view.Find(NodeId.Parse(new string('0', 40))));
    }

    [Fact]
    public void Reads_open_slots()
    {
        var from = ClusterView.Parse(Redis70.Migrating);
        var to = ClusterView.Parse(Redis70.Importing);
        Assert.Equal([new OpenSlot(77, to.Myself.Id)], from.Myself.Migrating);
        Assert.Equal([new OpenSlot(77, from.Myself.Id)], to.Myself.Importing);
        Assert.Empty(to.Myself.Migrating);
        Assert.Equal(from.SlotMapSignature, to.SlotMapSignature);
    }

    [Fact]
    public void Reads_failures_and_handshakes()
    {
        var failed = Assert.Single(ClusterView.Parse(Redis70.Failed).Nodes, n => n.IsFailed);
        Assert.False(failed.IsLinkConnected);
        Assert.Equal(5461, failed.Slots.Count);
        var handshake = Assert.Single(ClusterView.Parse(Redis70.Meeting).Nodes, n => n.IsHandshake);
        Assert.Equal(29999, handshake.Address.Port);
        Assert.False(handshake.IsMaster);
    }

    [Fact]
    public void Reads_the_fields_of_later_servers()
    {
        var redis = ClusterView.Parse(Documented.Redis8);
        Assert.Equal("69bc080733d1355567173199cff4a6a039a2f024", redis.Myself.Address.ShardId);
        Assert.Equal("", redis.Myself.Address.Hostname);
        Assert.Equal("0", redis.Myself.Address.GetAuxiliary("tls-port"));
        Assert.Equal("redis-1.redis.svc", redis.Nodes[1].Address.Hostname);
        Assert.Equal("third", redis.Nodes[2].Address.NodeName);
        Assert.True(redis.Nodes[2].Flags.HasFlag(NodeFlags.NoFailover));

        var valkey = ClusterView.Parse(Documented.Valkey9);
        Assert.Equal("fd00::1", valkey.Myself.Address.Ip);
        Assert.Equal("[fd00::1]:6379", valkey.Myself.Address.ToClientString());
        Assert.Equal("eu-1a", valkey.Myself.Address.GetAuxiliary("availability-zone"));
        Assert.Equal("", valkey.Myself.Address.NodeName);
        Assert.Equal("0,2-5,16383", valkey.Myself.Slots.ToString());
        Assert.Equal("114f6674a35b84949fe567f5dfd41415ee776261", valkey.Nodes[1].Address.ShardId);
        Assert.Equal("", valkey.Nodes[1].Address.Hostname);
        Assert.True(valkey.Nodes[1] is { IsReplica: true, IsPossiblyFailed: true, IsFailed: false });
        Assert.False(valkey.Nodes[2].Address.IsKnown);
        Assert.True(valkey.Nodes[2].Flags.HasFlag(NodeFlags.NoAddress));
        Assert.Equal("redis-cluster-3", valkey.Nodes[3].Address.Ip);
        Assert.False(valkey.Nodes[3].IsMaster);
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void Addresses_and_slots_survive_their_text(string reply) =>
        Assert.All(ClusterView.Parse(reply).Nodes, node =>
        {
            var again = NodeAddress.Parse(node.Address.ToString());
            Assert.Equal((node.Address.Ip, node.Address.Port, node.Address.BusPort, node.Address.Hostname), (again.Ip, again.Port, again.BusPort, again.Hostname));
            Assert.Equal(node.Id, NodeId.Parse(node.Id.ToString()));
        });

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_cut_reply_is_read_or_refused_but_never_worse(string reply)
    {
        for (var length = 0; length < reply.Length; length++)
        {
            AssertReadOrRefused(reply[..length]);
            AssertReadOrRefused(reply[length..]);
            AssertReadOrRefused(reply.Remove(length, 1));
        }
    }

    [Property(MaxTest = 1000)]
    public void Any_text_is_read_or_refused(string? text) => AssertReadOrRefused(text ?? "");

    [Property(MaxTest = 2000)]
    public void A_reply_with_a_wrong_character_is_read_or_refused(int which, int at, char with)
    {
        var reply = (string)Replies.ToArray()[(int)((uint)which % (uint)Replies.Count)];
        var position = (int)((uint)at % (uint)reply.Length);
        AssertReadOrRefused($"{reply[..position]}{with}{reply[(position + 1)..]}");
    }

    [Theory]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b9", "10.0.0.1:1@2 myself,master - 0 0 0 connected", "line 1, id")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b9g", "10.0.0.1:1@2 myself,master - 0 0 0 connected", "line 1, id")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1 myself,master - 0 0 0 connected", "line 1, address")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@70000 myself,master - 0 0 0 connected", "line 1, address")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2,h,x myself,master - 0 0 0 connected", "line 1, address")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,,master - 0 0 0 connected", "line 1, flags")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,master x 0 0 0 connected", "line 1, master")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,master - -1 0 0 connected", "line 1, ping-sent")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,master - 0 y 0 connected", "line 1, pong-recv")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,master - 0 0 1.5 connected", "line 1, config-epoch")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,master - 0 0 0 up", "line 1, link-state")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,master - 0 0 0", "line 1, line")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,master - 0 0 0 connected 16384", "line 1, slots")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 myself,master - 0 0 0 connected [5->-x]", "line 1, slots")]
    [InlineData("07c37dfeb235213a872192d90877d0cd55635b91", "10.0.0.1:1@2 master - 0 0 0 connected", "myself")]
    public void A_refusal_names_the_line_and_the_field(string id, string rest, string expected)
    {
        var message = Assert.Throws<FormatException>(() => ClusterView.Parse($"{id} {rest}")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.False(ClusterView.TryParse($"{id} {rest}", out _));
    }

    [Fact]
    public void A_node_listed_twice_is_refused() =>
        Assert.Contains("line 2, id", Assert.Throws<FormatException>(() => ClusterView.Parse($"{Redis70.Fresh}\n{Redis70.Fresh}")).Message, StringComparison.Ordinal);

    private static void AssertReadOrRefused(string text)
    {
        try
        {
            ClusterView.Parse(text);
        }
        catch (FormatException refusal)
        {
            Assert.NotEmpty(refusal.Message);
        }
    }
}
