using HitCounter.Api.Store;
using RedisCluster.Topology;

namespace Unit.HitCounter;

public sealed class ReplicaLossTests
{
    private const int Slot = 4994;
    private static readonly int[] Masters = [7101, 7102, 7103];
    private static readonly NodeEndpoint Master = new("127.0.0.1", 7101);

    [Fact]
    public void A_master_that_a_majority_has_heard_from_and_whose_replica_failed_may_acknowledge_alone()
        => Assert.True(Confirmed(At(1000), At(2000)));

    [Fact]
    public void A_replica_that_has_not_failed_is_waited_for()
        => Assert.False(Confirmed(At(1000), At(2000, replica: "slave")));

    [Fact]
    public void A_replica_that_is_only_suspected_is_waited_for()
        => Assert.False(Confirmed(At(1000), At(2000, replica: "slave,fail?")));

    [Fact]
    public void Voters_that_have_not_heard_from_the_master_since_do_not_agree()
        => Assert.False(Confirmed(At(1000), At(1000)));

    [Theory]
    [InlineData("master,fail?")]
    [InlineData("master,fail")]
    [InlineData("slave")]
    public void Voters_that_doubt_the_master_do_not_agree(string flags)
        => Assert.False(Confirmed(At(1000), At(2000, masterSeenAs: flags)));

    [Fact]
    public void One_of_two_voters_is_a_majority_with_the_master_itself()
        => Assert.True(Confirmed(At(1000), Without(At(2000), 7103)));

    [Fact]
    public void The_master_alone_is_no_majority()
        => Assert.False(Confirmed(At(1000), Without(Without(At(2000), 7103), 7102)));

    [Fact]
    public void A_node_that_does_not_own_the_slot_may_not()
        => Assert.False(ReplicaLoss.IsConfirmed(At(1000), At(2000), Master, slot: 16000));

    private static bool Confirmed(ClusterObservation before, ClusterObservation now) => ReplicaLoss.IsConfirmed(before, now, Master, Slot);

    private static ClusterObservation Without(ClusterObservation observation, int port)
        => observation with { Nodes = [.. observation.Nodes.Where(node => node.Endpoint.Port != port)] };

    // Three masters at 7101 to 7103; the first one's only replica is 7104.
    private static ClusterObservation At(long pong, string replica = "slave,fail", string masterSeenAs = "master")
        => new([.. Masters.Select(port => Observe(port, pong, replica, masterSeenAs))], default);

    private static NodeObservation Observe(int me, long pong, string replica, string masterSeenAs)
    {
        var masters = new[] { (7101, "0-5460"), (7102, "5461-10922"), (7103, "10923-16383") }.Select(node =>
        {
            var flags = node.Item1 == me ? "myself,master" : node.Item1 == Master.Port ? masterSeenAs : "master";
            var of = flags == "slave" ? Id(7104) : "-";
            return $"{Id(node.Item1)} 127.0.0.1:{node.Item1}@{node.Item1 + 10000} {flags} {of} 0 {pong} 1 connected {(flags == "slave" ? string.Empty : node.Item2)}".TrimEnd();
        });
        var text = string.Join('\n', [.. masters, $"{Id(7104)} 127.0.0.1:7104@17104 {replica} {Id(7101)} 0 500 1 connected"]) + "\n";
        var view = ClusterView.Parse(text);
        return new NodeObservation { Endpoint = new NodeEndpoint("127.0.0.1", me), MyId = view.Myself.Id, View = view };
    }

    private static string Id(int port) => new string('a', 36) + port;
}
