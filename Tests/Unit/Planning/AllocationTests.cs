using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class AllocationTests
{
    // As redis-cli 7.0.15 --cluster create prints them.
    [Theory]
    [InlineData(3, "0-5460 5461-10922 10923-16383")]
    [InlineData(4, "0-4095 4096-8191 8192-12287 12288-16383")]
    [InlineData(5, "0-3276 3277-6553 6554-9829 9830-13106 13107-16383")]
    [InlineData(6, "0-2730 2731-5460 5461-8191 8192-10922 10923-13652 13653-16383")]
    [InlineData(7, "0-2340 2341-4680 4681-7021 7022-9361 9362-11702 11703-14042 14043-16383")]
    public void Slots_are_divided_as_redis_cli_does(int masters, string expected) =>
        Assert.Equal(expected, string.Join(' ', SlotAllocation.Divide(masters)));

    [Fact]
    public void Every_slot_goes_to_one_master_and_shares_are_even()
    {
        for (var masters = 1; masters <= 1000; masters++)
        {
            var ranges = SlotAllocation.Divide(masters);
            Assert.Equal(masters, ranges.Length);
            Assert.Equal((0, 16383), (ranges[0].First, ranges[^1].Last));
            Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.Last + 1, pair.Second.First));
            Assert.True(ranges.Max(r => r.Count) - ranges.Min(r => r.Count) <= 1, $"uneven with {masters} masters");
        }
    }

    [Fact]
    public void The_example_of_the_design()
    {
        var layout = Layout(Requests.Six);
        Assert.Equal(
            ["7101 0-5460 7104", "7102 5461-10922 7105", "7103 10923-16383 7106"],
            layout.Shards.Select(s => $"{s.Master.Port} {s.Slots} {string.Join(' ', s.Replicas.Select(r => r.Port))}"));
    }

    [Property(MaxTest = 150)]
    public Property Everyone_gets_one_role_and_replicas_are_even() => Prop.ForAll(Requests.UpTo(500), request =>
    {
        var layout = Layout(request);
        Assert.Equal(request.Nodes.Length / (request.ReplicasPerShard + 1), layout.Shards.Length);
        Assert.Equal(HashSlot.Count, layout.Shards.Sum(s => s.Slots.Count));
        Assert.Equal(
            request.Nodes.OrderBy(n => n.Port),
            layout.Shards.SelectMany(s => s.Replicas.Prepend(s.Master)).OrderBy(n => n.Port));
        var counts = layout.Shards.Select(s => s.Replicas.Length).ToList();
        Assert.True(counts.Min() >= request.ReplicasPerShard && counts.Max() - counts.Min() <= 1);
    });

    [Property(MaxTest = 150)]
    public Property Placement_is_never_worse_than_redis_cli() => Prop.ForAll(Requests.UpTo(40), request =>
    {
        var layout = Layout(request);
        var (masters, theirs) = RedisCliReference.Place(request, new Random(1));
        NodeEndpoint[] ourMasters = [.. layout.Shards.Select(s => s.Master)];
        var ours = RedisCliReference.Score(ourMasters, layout.Shards.SelectMany((s, i) => s.Replicas.Select(r => (r, i))));
        Assert.Equal(masters, ourMasters);
        Assert.True(ours <= RedisCliReference.Score(masters, theirs));
        Assert.Equal(request.Nodes.Select(n => n.Host).Distinct().Count() > 1 ? ours : 0, layout.Score.AntiAffinity);
    });

    [Property(MaxTest = 100)]
    public Property No_exchange_of_two_replicas_is_better_with_zones() => Prop.ForAll(Requests.UpTo(30, withZones: true), request =>
    {
        var layout = Layout(request);
        var places = NodePlaces.Of(request);
        var index = request.Nodes.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i);
        int[] masters = [.. layout.Shards.Select(s => index[s.Master])];
        var shardOf = new int[request.Nodes.Length];
        Array.Fill(shardOf, -1);
        for (var shard = 0; shard < masters.Length; shard++)
        {
            foreach (var replica in layout.Shards[shard].Replicas)
            {
                shardOf[index[replica]] = shard;
            }
        }

        Assert.Equal(layout.Score, ReplicaAssignment.Score(places, masters, shardOf));
        for (var a = 0; a < shardOf.Length; a++)
        {
            for (var b = 0; b < a; b++)
            {
                if (shardOf[a] >= 0 && shardOf[b] >= 0)
                {
                    (shardOf[a], shardOf[b]) = (shardOf[b], shardOf[a]);
                    Assert.True(ReplicaAssignment.Score(places, masters, shardOf) >= layout.Score);
                    (shardOf[a], shardOf[b]) = (shardOf[b], shardOf[a]);
                }
            }
        }
    });

    [Fact]
    public void Three_zones_with_two_nodes_each_keep_every_pair_apart()
    {
        var request = Requests.Local(6, 1);
        request = request with
        {
            Labels = request.Nodes.Select((n, i) => KeyValuePair.Create(n, new NodeLabels($"host-{i}", $"zone-{i / 2}"))).ToImmutableDictionary(),
        };
        var layout = Layout(request);
        Assert.Equal(default, layout.Score);
        Assert.Equal(3, layout.Shards.Select(s => request.Labels[s.Master].Zone).Distinct().Count());
        Assert.All(layout.Shards, s => Assert.NotEqual(request.Labels[s.Master].Zone, request.Labels[s.Replicas[0]].Zone));
    }

    [Fact]
    public void Labels_decide_where_a_node_runs_and_one_host_leaves_nothing_to_optimise()
    {
        Assert.Equal(default, Layout(Requests.Six).Score);
        var request = Requests.Six with
        {
            Labels = Requests.Six.Nodes.Select((n, i) => KeyValuePair.Create(n, new NodeLabels(i < 4 ? "big" : "small"))).ToImmutableDictionary(),
        };
        // Four nodes on one host of three pairs: one pair has to share it.
        Assert.Equal(1, Layout(request).Score.OnMasterHost);
        Assert.Contains(Plan(request).Warnings, w => w.Contains("share the host", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(500)]
    [InlineData(1000)]
    public void A_thousand_nodes_are_placed(int hosts) =>
        Assert.Equal(500, Layout(Requests.OnHosts(Enumerable.Range(0, 1000).Select(i => (int)((long)i * i * 7919 % hosts)), 1)).Shards.Length);

    private static CreatePlan Plan(CreateRequest request) => CreatePlanner.Plan(new SimulatedCluster(request.Nodes).Observe(), request);

    private static ClusterLayout Layout(CreateRequest request) => Plan(request).Layout!;
}
