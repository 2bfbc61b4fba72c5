using NetBox.Tools.Output;
using NetBox.Tools.Topology;
using RedisCluster.Topology;
using Spectre.Console;

namespace Unit.NetBox.Topology;

public class TopologyTextTests
{
    [Fact]
    public void A_row_per_node_under_its_master() => Assert.StartsWith(
        """
        cluster ok: 3 shards, 6 of 6 nodes answer, 16384 of 16384 slots covered, 6 keys, 250 ops/s
        NODE              ROLE     STATE  ZONE  SLOTS               KEYS  OFFSET  LAG                    MEMORY                       OPS/S  KB/S IN  KB/S OUT  CLIENTS  UPTIME     PING
        127.0.0.1:7101    master   ok     a     0-5460 (5461)       2     1000    -                      1.5 MB of 2.0 MB, 3 evicted  250    1.5      0         4        2 h 5 min        -
          127.0.0.1:7104  replica  ok     -     -                   2     10      600 B, silent for 7 s  ?                            ?      ?        ?         ?        ?                -

        """,
        Written(TopologyText.Write, Picture()));

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(150)]
    [InlineData(250)]
    public void What_does_not_fit_is_left_out_the_least_telling_first(int width)
    {
        var headers = TopologyText.Nodes(Picture(), width, _ => new string('x', 30)).Columns.Count;
        var lines = Written((screen, picture) => screen.Write(TopologyText.Nodes(picture, width, _ => new string('x', 30))), Picture()).Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, Math.Max(width, 35)));
        Assert.Equal(width >= 250, headers == 16);
        Assert.StartsWith("NODE              ROLE     STATE", lines[0]);
        Assert.Equal(width >= 60, lines[0].Contains("LAG", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_sees_it_otherwise_is_told_in_one_line()
    {
        var nodes = SampleCluster.Healthy().Nodes.ToArray();
        nodes[5] = SampleCluster.Node(5, failed: 0);
        Assert.Contains(
            "\nseen differently 127.0.0.1:7101, health: ok to 127.0.0.1:7102, 127.0.0.1:7103, 127.0.0.1:7104, 127.0.0.1:7105; failed to 127.0.0.1:7106\n",
            Written(TopologyText.Write, PictureMaker.Of(SampleCluster.Of(nodes))));
    }

    [Fact]
    public void A_watch_says_a_picture_in_one_line_and_keeps_the_last_pings()
    {
        var picture = PictureMaker.Of(SampleCluster.FirstMasterDown()).WithNodes(node => node with { PingMs = node.Problem is null ? 0.5 : null });
        var line = WatchText.Line(picture);
        Assert.EndsWith("  fail  5 of 6 nodes, 16384 slots, keys unknown, 0 ops/s, lag 0 B, ping 0.50 ms (slowest 0.50 ms); 127.0.0.1:7101 failed, 127.0.0.1:7104 down, 127.0.0.1:7102 down, 127.0.0.1:7105 down, 127.0.0.1:7103 down, 127.0.0.1:7106 down", line);

        var history = new WatchHistory();
        Assert.Empty(history.Add(PictureMaker.Of(SampleCluster.Healthy())));
        for (var i = 0; i < 40; i++)
        {
            history.Add(picture);
        }

        Assert.Equal(WatchHistory.PingsKept, history.PingsOf(picture.Shards[1].Master).Count);
        Assert.Equal(["node-lost", "node-failed", "replica-link", "state"], history.Changes.Select(change => change.Kind));
        Assert.Equal("▁▂▅██x", WatchText.Trend([0.01, 0.2, 2, 9, 1000, null]));
    }

    private static ClusterPicture Picture()
    {
        var healthy = SampleCluster.Healthy();
        var master = healthy.Nodes[0] with
        {
            AvailabilityZone = "a",
            Load = new ServerLoad { UsedMemory = 3 << 19, MaxMemory = 2 << 20, EvictedKeys = 3, OperationsPerSecond = 250, InputKilobytesPerSecond = 1.5, Clients = 4, Uptime = TimeSpan.FromMinutes(125) },
            Replication = ServerInfo.Parse("role:master\r\nmaster_repl_offset:1000\r\nslave0:ip=127.0.0.1,port=7104,state=online,offset=400,lag=7\r\n").Replication,
        };
        return PictureMaker.Of(SampleCluster.Of([master, .. healthy.Nodes.Skip(1)]));
    }

    private static string Written(Action<IAnsiConsole, ClusterPicture> write, ClusterPicture picture)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(Screen.For(writer, terminal: false, colours: false), picture);
        return string.Join('\n', writer.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
    }
}
