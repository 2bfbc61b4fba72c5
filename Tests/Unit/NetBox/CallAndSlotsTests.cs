using NetBox.Tools.Cluster;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;
using Spectre.Console;

namespace Unit.NetBox;

public class CallAndSlotsTests
{
    [Fact]
    public void The_slot_map_as_text()
    {
        Assert.Equal(
            """
            SLOTS        COUNT  KEYS  MASTER          REPLICAS
            0-5460       5461   2     127.0.0.1:7101  127.0.0.1:7104
            5461-10922   5462   2     127.0.0.1:7102  127.0.0.1:7105
            10923-16383  5461   2     127.0.0.1:7103  127.0.0.1:7106
            16384 of 16384 slots covered, 6 keys

            """,
            Written(c => SlotText.Write(c, SlotReporter.Slots(SampleCluster.Healthy()))));
        var down = Written(c => SlotText.Write(c, SlotReporter.Slots(SampleCluster.FirstMasterDown())));
        Assert.Contains("0-5460       5461   ?     127.0.0.1:7101 (failed)  127.0.0.1:7104 (link-down)", down);
        Assert.Contains("16384 of 16384 slots covered, keys unknown", down);
    }

    [Fact]
    public void Answers_as_text() => Assert.Equal(
        """
        127.0.0.1:1: PONG
        127.0.0.1:2:
          1) a
          2) 1) 7
             2) (nil)
        127.0.0.1:3:
          maxmemory: 0
          save: 60 1
        127.0.0.1:4:
          # Server
          redis_version:7.0.15
        127.0.0.1:5: (error) ERR unknown command
        127.0.0.1:6: no answer: connection refused

        """,
        Written(c => CallText.Write(c, Report)));

    [Fact]
    public void Answers_count_the_failures_and_keep_their_kinds()
    {
        Assert.Equal(2, Report.Failed);
        Assert.Equal("CONFIG GET", Report.Command);
        Assert.Equal("""["a",[7,null]]""", Report.Nodes[1].Answer!.ToJsonString());
        Assert.Equal("""{"maxmemory":"0","save":"60 1"}""", Report.Nodes[2].Answer!.ToJsonString());
        Assert.Equal(("replica", "connection refused", false), (Report.Nodes[5].Role, Report.Nodes[5].Error, Report.Nodes[5].Answered));
        Assert.Equal("""["(error) WRONGTYPE",true,1.5]""", CallReporter.Json(RespValue.Array(RespValue.Error("WRONGTYPE"), RespValue.Truth(true), RespValue.Real(1.5)))!.ToJsonString());
    }

    private static ClusterCallReport Report => CallReporter.Report(
        RespCommand.Of("config", "get", "secret"),
        [
            Answer(1, RespValue.SimpleString("PONG")),
            Answer(2, RespValue.Array(RespValue.BulkString("a"), RespValue.Array(RespValue.Number(7), RespValue.Null))),
            Answer(3, RespValue.Map(RespValue.BulkString("maxmemory"), RespValue.BulkString("0"), RespValue.BulkString("save"), RespValue.BulkString("60 1"))),
            Answer(4, RespValue.BulkString("# Server\r\nredis_version:7.0.15\r\n")),
            Answer(5, RespValue.Error("ERR unknown command")),
            new NodeAnswer(new NodeEndpoint("127.0.0.1", 6), false, null, "connection refused"),
        ]);

    private static NodeAnswer Answer(int port, RespValue answer) => new(new NodeEndpoint("127.0.0.1", port), true, answer, null);

    private static string Written(Action<IAnsiConsole> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        write(Screen.For(writer, terminal: false, colours: false));
        return string.Join('\n', writer.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
    }
}
