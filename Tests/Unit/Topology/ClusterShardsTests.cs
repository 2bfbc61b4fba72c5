using FsCheck.Xunit;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Unit.Topology;

public sealed class ClusterShardsTests
{
    // The forms of Redis 7.0.15: RESP2 writes maps as lists of names and values, RESP3 as maps.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_protocols_say_the_same(bool resp3)
    {
        var shards = ClusterShard.Parse(Reply(resp3));
        Assert.Equal(2, shards.Length);
        Assert.Equal(("0-5460,5462", 2), (shards[0].Slots.ToString(), shards[0].Nodes.Length));
        Assert.True(shards[1].Slots.IsEmpty);
        var (master, replica) = (shards[0].Nodes[0], shards[0].Nodes[1]);
        Assert.Equal(new ShardNode(NodeId.Parse(new string('a', 40)), "127.0.0.1", "node-1.example", 7101, null, true, 77, "online"), master);
        Assert.Equal((false, "loading", "", 7102, 7202), (replica.IsMaster, replica.Health, replica.Hostname, replica.Port, replica.TlsPort));
    }

    [Fact]
    public void Everything_else_is_refused_by_shard_and_field()
    {
        Assert.Contains("not a list", Message(RespValue.Null), StringComparison.Ordinal);
        Assert.Contains("shard 1, nodes", Message(RespValue.Array(RespValue.Number(1))), StringComparison.Ordinal);
        Assert.Contains("shard 1, nodes: is missing", Message(RespValue.Array(RespValue.Array())), StringComparison.Ordinal);
        Assert.Contains("shard 1, slots: a range lacks its end", Message(Shard(slots: RespValue.Array(RespValue.Number(1)))), StringComparison.Ordinal);
        Assert.Contains("'5-16384'", Message(Shard(slots: RespValue.Array(RespValue.Number(5), RespValue.Number(16384)))), StringComparison.Ordinal);
        Assert.Contains("node 1, id", Message(Shard(id: RespValue.BulkString("x"))), StringComparison.Ordinal);
        Assert.Contains("node 1, port", Message(Shard(port: RespValue.Number(70000))), StringComparison.Ordinal);
        Assert.Contains("node 1, port", Message(Shard(port: RespValue.Array())), StringComparison.Ordinal);
        Assert.Contains("node 1, role: 'king'", Message(Shard(role: RespValue.BulkString("king"))), StringComparison.Ordinal);
        Assert.Contains("node 1, health", Message(Shard(health: RespValue.Null)), StringComparison.Ordinal);
    }

    [Property(MaxTest = 500)]
    public void Any_value_is_read_or_refused(int seed)
    {
        try
        {
            ClusterShard.Parse(RespValue.Array(Scramble(Reply(resp3: seed % 2 == 0).Items[0], new Random(seed))));
        }
        catch (FormatException refusal)
        {
            Assert.StartsWith("CLUSTER SHARDS", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static RespValue Scramble(RespValue value, Random random) =>
        random.Next(25) == 0
            ? random.Next(4) switch { 0 => RespValue.Null, 1 => RespValue.Number(-1), 2 => RespValue.BulkString(""), _ => RespValue.Array() }
            : value.Kind switch
            {
                RespKind.Array => RespValue.Array([.. value.Items.Select(v => Scramble(v, random))]),
                RespKind.Map => RespValue.Map([.. value.Items.Select(v => Scramble(v, random))]),
                _ => value,
            };

    private static string Message(RespValue reply) => Assert.Throws<FormatException>(() => ClusterShard.Parse(reply)).Message;

    private static RespValue Shard(RespValue? slots = null, RespValue? id = null, RespValue? port = null, RespValue? role = null, RespValue? health = null) =>
        RespValue.Array(Map(true, ("slots", slots ?? RespValue.Array()), ("nodes", RespValue.Array(Node(true, id, port, role, health)))));

    private static RespValue Node(bool resp3, RespValue? id = null, RespValue? port = null, RespValue? role = null, RespValue? health = null) =>
        Map(
            resp3,
            ("id", id ?? RespValue.BulkString(new string('a', 40))),
            ("port", port ?? RespValue.Number(7101)),
            ("ip", RespValue.BulkString("127.0.0.1")),
            ("endpoint", RespValue.Null),
            ("hostname", RespValue.BulkString("node-1.example")),
            ("role", role ?? RespValue.BulkString("master")),
            ("replication-offset", RespValue.Number(77)),
            ("health", health ?? RespValue.BulkString("online")));

    private static RespValue Reply(bool resp3)
    {
        var replica = Map(
            resp3,
            ("id", RespValue.BulkString(new string('b', 40))),
            ("port", RespValue.Number(7102)),
            ("tls-port", RespValue.Number(7202)),
            ("ip", RespValue.BulkString("127.0.0.1")),
            ("endpoint", RespValue.BulkString("127.0.0.1")),
            ("role", RespValue.BulkString("replica")),
            ("replication-offset", RespValue.Number(0)),
            ("health", RespValue.BulkString("loading")),
            ("a-field-of-tomorrow", RespValue.Array()));
        var slots = RespValue.Array([.. new long[] { 0, 5460, 5462, 5462 }.Select(RespValue.Number)]);
        return RespValue.Array(
            Map(resp3, ("slots", slots), ("nodes", RespValue.Array(Node(resp3), replica))),
            Map(resp3, ("slots", RespValue.Array()), ("nodes", RespValue.Array(Node(resp3)))));
    }

    private static RespValue Map(bool resp3, params (string Name, RespValue Value)[] fields)
    {
        RespValue[] flat = [.. fields.SelectMany(f => new[] { RespValue.BulkString(f.Name), f.Value })];
        return resp3 ? RespValue.Map(flat) : RespValue.Array(flat);
    }
}
