using FsCheck.Xunit;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using NetBox.Tools.Topology;

namespace Unit.NetBox.Topology;

public class TopologyChangesTests
{
    [Property]
    public void From_a_picture_to_itself_nothing_changes(int seed)
    {
        var picture = RandomPicture.Of(seed);
        Assert.Empty(TopologyChanges.Between(picture, picture with { TakenAt = picture.TakenAt.AddSeconds(1) }));
    }

    [Property]
    public void How_busy_nodes_are_is_no_change(int seed)
    {
        var picture = RandomPicture.Of(seed);
        Assert.Empty(TopologyChanges.Between(picture, picture with
        {
            Keys = 77,
            Others = [.. picture.Others.Select(Busy)],
            Shards = [.. picture.Shards.Select(shard => shard with { Keys = 7, Master = Busy(shard.Master), Replicas = [.. shard.Replicas.Select(Busy)] })],
        }));

        static NodePicture Busy(NodePicture node) => node with
        {
            Keys = 5,
            Epoch = 99,
            Load = new(1, 2, 3, 4, 5, 6, 7, 8),
            Replication = node.Replication is { } was ? was with { Offset = 1234, LagBytes = 9, AckAgeSeconds = 1 } : null,
        };
    }

    [Property]
    public void What_goes_comes_again_the_other_way_round(int one, int other)
    {
        var (a, b) = (RandomPicture.Of(one), RandomPicture.Of(other));
        var (there, back) = (TopologyChanges.Between(a, b), TopologyChanges.Between(b, a));
        Assert.Equal(there.Count == 0, back.Count == 0);
        foreach (var (kind, opposite) in new[]
        {
            (ChangeKinds.NodeLost, ChangeKinds.NodeBack), (ChangeKinds.NodeFailed, ChangeKinds.NodeRecovered), (ChangeKinds.NodeJoined, ChangeKinds.NodeLeft),
            (ChangeKinds.MasterChanged, ChangeKinds.Demoted), (ChangeKinds.ReplicaMoved, ChangeKinds.ReplicaMoved), (ChangeKinds.ReplicaLink, ChangeKinds.ReplicaLink),
            (ChangeKinds.State, ChangeKinds.State),
        })
        {
            Assert.Equal(NodesOf(there, kind), NodesOf(back, opposite));
            Assert.Equal(NodesOf(back, kind), NodesOf(there, opposite));
        }

        static IEnumerable<string?> NodesOf(IEnumerable<TopologyChange> changes, string kind) =>
            changes.Where(change => change.Kind == kind).Select(change => change.Node).Order(StringComparer.Ordinal);
    }

    [Property]
    public void Each_slot_that_has_another_owner_is_told_once(int one, int other)
    {
        var (a, b) = (RandomPicture.Of(one), RandomPicture.Of(other));
        var told = TopologyChanges.Between(a, b)
            .Where(change => change.Kind is ChangeKinds.SlotsMoved || change.Text.Contains(" took over from ", StringComparison.Ordinal))
            .SelectMany(change => RandomPicture.SlotsIn(change.Text))
            .ToList();
        var (before, after) = (RandomPicture.Owners(a), RandomPicture.Owners(b));
        Assert.Equal(Enumerable.Range(0, 16384).Where(slot => before[slot] != after[slot]), told.Order());
    }

    [Property]
    public void Each_change_is_one_line_that_names_its_node(int one, int other) =>
        Assert.All(TopologyChanges.Between(RandomPicture.Of(one), RandomPicture.Of(other)), change =>
        {
            Assert.DoesNotContain('\n', change.Text);
            Assert.Contains(change.Node ?? "cluster", change.Text);
        });

    [Fact]
    public void A_failover_is_told_in_four_lines()
    {
        var before = PictureMaker.Of(SampleCluster.Healthy());
        var shard = before.Shards[0];
        var after = before with
        {
            TakenAt = before.TakenAt.AddSeconds(1),
            State = "mixed",
            Shards =
            [
                shard with
                {
                    Master = shard.Replicas[0] with { Role = Roles.Master, MasterId = null, Replication = null },
                    Replicas = [],
                },
                shard with { Slots = [], SlotCount = 0, Master = shard.Master with { State = States.Failed, Flags = ["master", "fail"], Problem = "connection refused" }, Replicas = [] },
                .. before.Shards.Skip(1),
            ],
        };
        Assert.Equal(
            [
                "127.0.0.1:7101 does not answer: connection refused",
                "127.0.0.1:7101 is held to be down by the cluster",
                "127.0.0.1:7104 took over from 127.0.0.1:7101: slots 0-5460",
                "cluster state: mixed, before ok",
            ],
            TopologyChanges.Between(before, after).Select(change => change.Text));
    }
}
