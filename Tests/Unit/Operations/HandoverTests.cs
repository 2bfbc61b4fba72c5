using RedisCluster.Operations;
using RedisCluster.Topology;

namespace Unit.Operations;

public sealed class HandoverTests
{
    private const string Heir = "07c37dfeb235213a872192d90877d0cd55635b91";
    private const string Former = "67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1";

    // A list shows the former master with its own epoch as long as it is one, then with that of the node it follows.
    [Theory]
    [InlineData("master - 0 1426238316232 4 connected", 5, true)]
    [InlineData("master,fail - 0 1426238316232 4 disconnected", 5, true)]
    [InlineData("master - 0 1426238316232 5 connected 0-5460", 5, false)]
    [InlineData("master - 0 1426238316232 6 connected 0-5460", 5, false)]
    [InlineData($"slave {Heir} 0 1426238316232 5 connected", 5, true)]
    public void A_takeover_is_followed_once_the_former_master_has_no_epoch_as_high(string former, long epoch, bool followed)
    {
        var view = ClusterView.Parse(
            $"{Heir} 127.0.0.1:30001@31001 myself,master - 0 0 {epoch} connected 0-5460\n{Former} 127.0.0.1:30002@31002 {former}\n");
        Assert.Equal(followed, Handover.IsFollowed(view, NodeId.Parse(Former)));
    }

    [Fact]
    public void Nobody_is_left_to_follow_where_the_former_master_was_forgotten() =>
        Assert.True(Handover.IsFollowed(ClusterView.Parse($"{Heir} 127.0.0.1:30001@31001 myself,master - 0 0 5 connected 0-5460\n"), NodeId.Parse(Former)));
}
