using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.Operations.Slots;

namespace Unit.Operations;

/// <summary>A node that was forgotten may come back for a moment: by a MEET that was on its way, under a placeholder first.</summary>
public sealed class AwaitForgottenTests
{
    private const string Gone = "cccccccccccccccccccccccccccccccccccccccc";
    private const string Placeholder = "dddddddddddddddddddddddddddddddddddddddd";
    private const string Myself = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 127.0.0.1:7101@17101 myself,master - 0 0 1 connected 0-16383\n";
    private const string Met = $"{Placeholder} 127.0.0.1:7104@17104 handshake - 0 0 0 connected\n";
    private const string Back = $"{Gone} 127.0.0.1:7104@17104 master - 0 0 0 connected\n";

    [Theory]
    [InlineData(Met, Placeholder)]
    [InlineData(Back, Gone)]
    public async Task Whoever_comes_back_while_it_is_watched_is_forgotten_again(string line, string id)
    {
        var looks = 0;
        await using var node = new TalkingNode(command => command switch
        {
            "CLUSTER NODES" => TalkingNode.Bulk(Myself + (++looks is 3 or 4 ? line : "")),
            _ => "+OK\r\n",
        });
        await RunAsync(node, NodeAddress.Parse("127.0.0.1:7104@17104", null));
        Assert.Equal(2, node.Heard.Count(command => command == $"CLUSTER FORGET {id}"));
        Assert.True(looks > 6, $"it looked {looks} times");
    }

    [Fact]
    public async Task A_newcomer_at_its_address_is_let_in_where_one_is_expected()
    {
        await using var node = new TalkingNode(command => command == "CLUSTER NODES" ? TalkingNode.Bulk(Myself + Met) : "+OK\r\n");
        await RunAsync(node, null);
        Assert.DoesNotContain(node.Heard, command => command.StartsWith("CLUSTER FORGET", StringComparison.Ordinal));
    }

    private static async Task RunAsync(TalkingNode node, NodeAddress? address)
    {
        await using var pool = new NodePool(new());
        var context = new StepContext(pool, new(), TimeProvider.System, new ProgressLog(null, TimeProvider.System));
        await new MembershipSteps(context, []).AwaitForgottenAsync(
            new([node.Endpoint], NodeId.Parse(Gone), "to test it") { Address = address }, TestContext.Current.CancellationToken);
    }
}
