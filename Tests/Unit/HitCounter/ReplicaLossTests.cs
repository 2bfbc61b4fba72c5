using HitCounter.Api.Store;
using RedisCluster.Topology;

namespace Unit.HitCounter;

public sealed class ReplicaLossTests
{
    private const int Slot = 4994;
    private const string None = "master,fail";
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

    [Fact]
    public void A_master_without_any_replica_that_a_majority_sees_as_owner_has_none()
        => Assert.True(ReplicaLoss.HasNoReplica(At(1000, replica: None), Master, Slot));

    [Theory]
    [InlineData("slave")]
    [InlineData("slave,fail?")]
    [InlineData("slave,fail")]
    public void A_known_replica_is_one_whatever_its_state(string flags)
        => Assert.False(ReplicaLoss.HasNoReplica(At(1000, replica: flags), Master, Slot));

    [Fact]
    public void A_replica_that_just_connected_is_one()
        => Assert.False(ReplicaLoss.HasNoReplica(At(1000, replica: None, connected: [new ConnectedReplica("127.0.0.1", 7104, "wait_bgsave", 0, 0)]), Master, Slot));

    [Theory]
    [InlineData("master,fail?")]
    [InlineData("master,fail")]
    [InlineData("slave")]
    public void Without_a_majority_that_sees_the_owner_nothing_is_said(string flags)
        => Assert.False(ReplicaLoss.HasNoReplica(At(1000, replica: None, masterSeenAs: flags), Master, Slot));

    [Fact]
    public void Having_no_replica_is_believed_of_the_owner_alone_only_in_company()
        => Assert.False(ReplicaLoss.HasNoReplica(Without(Without(At(1000, replica: None), 7103), 7102), Master, Slot));

    private static bool Confirmed(ClusterObservation before, ClusterObservation now) => ReplicaLoss.IsConfirmed(before, now, Master, Slot);

    private static ClusterObservation Without(ClusterObservation observation, int port)
        => observation with { Nodes = [.. observation.Nodes.Where(node => node.Endpoint.Port != port)] };

    // Three masters at 7101 to 7103; the first one's only replica is 7104.
    private static ClusterObservation At(long pong, string replica = "slave,fail", string masterSeenAs = "master", params ConnectedReplica[] connected)
        => new([.. Masters.Select(port => Observe(port, pong, replica, masterSeenAs, connected))], default);

    private static NodeObservation Observe(int me, long pong, string replica, string masterSeenAs, ConnectedReplica[] connected)
    {
        var masters = new[] { (7101, "0-5460"), (7102, "5461-10922"), (7103, "10923-16383") }.Select(node =>
        {
            var flags = node.Item1 == me ? "myself,master" : node.Item1 == Master.Port ? masterSeenAs : "master";
            var masterOf = flags == "slave" ? Id(7104) : "-";
            return $"{Id(node.Item1)} 127.0.0.1:{node.Item1}@{node.Item1 + 10000} {flags} {masterOf} 0 {pong} 1 connected {(flags == "slave" ? string.Empty : node.Item2)}".TrimEnd();
        });
        // What the failover made of a lost master is another's business: it is nobody's replica.
        var of = replica == None ? "-" : Id(7101);
        var text = string.Join('\n', [.. masters, $"{Id(7104)} 127.0.0.1:7104@17104 {replica} {of} 0 500 1 connected"]) + "\n";
        var view = ClusterView.Parse(text);
        return new NodeObservation
        {
            Endpoint = new NodeEndpoint("127.0.0.1", me),
            MyId = view.Myself.Id,
            View = view,
            Replication = new ReplicationInfo { Role = ReplicationRole.Master, Replicas = [.. connected] },
        };
    }

    private static string Id(int port) => new string('a', 36) + port;
}
