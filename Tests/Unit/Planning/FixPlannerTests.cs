using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class FixPlannerTests
{
    private const int Slot = 1;

    [Fact]
    public void A_cluster_in_order_is_left_alone()
    {
        var world = World(m => { });
        Assert.True(world.Plan().IsEmpty);
        Assert.Equal(SlotSet.Empty, FixPlanner.SlotsToCount(world.Observe(), new()));
        Assert.Equal(SlotSet.All, FixPlanner.SlotsToCount(world.Observe(), new() { SearchMultipleOwners = true }));
        Assert.True(FixPlanner.Plan(SimulatedCluster.Formed(Requests.Six).Observe(), SlotKeys.None, new()).IsEmpty);
    }

    [Theory]
    // What is open: m1>m2 is "the first migrates to the second", m2<m1 "the second imports from the first"; k2 is "the second holds keys".
    [InlineData("m1>m2 m2<m1 k1 k2", "move 7101 7102")]
    [InlineData("m1>m2 m2<m1 k1", "move 7101 7102")]
    [InlineData("m1>m2 m2<m1", "move 7101 7102")]
    [InlineData("m1>m2 k1", "close 7101")]
    [InlineData("m1>m2", "close 7101")]
    [InlineData("m1>m2 k1 k2", "move 7101 7102")]
    [InlineData("m1>m2 k2", "move 7101 7102")]
    [InlineData("m2<m1", "close 7102")]
    [InlineData("m2<m1 k1", "close 7102")]
    [InlineData("m2<m1 k1 k2", "collect 7102 7101")]
    [InlineData("m2<m1 k2", "move 7101 7102")]
    [InlineData("m2<m3 k2", "move 7101 7102")]
    [InlineData("m1>m2 m3<m1 k1 k3", "move 7101 7103")]
    [InlineData("m1>m2 m3<m1 k1", "close 7101, close 7103")]
    [InlineData("m1>m2 m3<m1 k1 k2 k3", "collect 7103 7102, move 7101 7102")]
    [InlineData("m1>m2 m2<m3 k1 k2", "move 7101 7102")]
    [InlineData("m1>m2 m2<m1 m3<m1 k1 k2 k3", "collect 7103 7102, move 7101 7102")]
    [InlineData("m1>m2 m2<m1 m3<m1 k1", "close 7103, move 7101 7102")]
    [InlineData("m2<m1 m3<m1 k1", "close 7102, close 7103")]
    [InlineData("m2>m3 k1", "close 7102")]
    [InlineData("k3 k1", "collect 7103 7101")]
    public void Half_open(string state, string steps) => Assert.Equal(steps, Steps(World(state, 1)));

    [Theory]
    [InlineData("k2", "take 7102")]
    [InlineData("k2 k2 k3", "take 7103 for 7102, move 7103 7102")]
    [InlineData("k1 k2 k2 k2 k3 k3", "take 7103 for 7102, collect 7101 7102, move 7103 7102")]
    [InlineData("m1>m2 m2<m1 k1 k1 k2", "take 7101 for 7102, move 7101 7102")]
    [InlineData("m2>m1 k2 k3", "take 7102 for 7103, move 7102 7103")]
    [InlineData("m2>m1 k2", "close 7102, take 7102")]
    [InlineData("m3<m1", "take 7103")]
    [InlineData("", "take 7102")]
    public void Without_an_owner(string state, string steps) => Assert.Equal(steps, Steps(World(state)));

    [Theory]
    [InlineData("k1 k2 k2", "release 7101, confirm 7102, collect 7101 7102")]
    [InlineData("k1", "release 7102, confirm 7101")]
    [InlineData("", "release 7101, confirm 7102")]
    [InlineData("m1>m3 k1 k1 k2 k3", "release 7102, confirm 7101, close 7101, collect 7102 7101, collect 7103 7101")]
    public void With_two_owners(string state, string steps) => Assert.Equal(steps, Steps(World(state, 1, 2)));

    [Fact]
    public void What_not_everyone_has_heard_is_said_again()
    {
        var world = World(1);
        world.Masters[2].Owners[Slot] = world.Masters[1];
        var plan = world.Plan();
        var confirm = Assert.IsType<ConfirmSlots>(Assert.Single(plan.Steps));
        Assert.Equal((7101, "1", 2), (confirm.Node.Port, confirm.Slots.ToString(), confirm.Others.Length));
    }

    [Fact]
    public void Who_is_handed_a_slot_and_does_not_know_its_owner_is_told_first()
    {
        var world = World("m1>m2 m2<m1 k1 k2", 1);
        world.Masters[1].Owners[Slot] = null;
        Assert.Equal("confirm 7101, move 7101 7102", Steps(world));
    }

    [Fact]
    public void Slots_that_nobody_knows_anything_of_go_in_large_pieces_to_those_who_own_fewest()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[0].Slots = SlotSet.Parse("100-5460");
        cluster[2].Slots = SlotSet.Parse("10923-13999");
        var plan = FixPlanner.Plan(cluster.Observe(), SlotKeys.None, new());
        Assert.Equal(["7101:0-99", "7103:14000-16383"], plan.Steps.Cast<TakeSlots>().Select(take => $"{take.Node.Port}:{take.Slots}"));
    }

    [Fact]
    public void A_master_without_slots_takes_only_what_it_has_keys_of()
    {
        var cluster = new SimulatedCluster(Requests.Local(4, 0).Nodes);
        cluster.Gossip();
        for (var i = 0; i < 3; i++)
        {
            cluster[i].Slots = SlotSet.Of(new SlotRange(i * 5000, (i * 5000) + 4999));
            cluster[i].Epoch = i + 1;
        }

        var keys = SlotKeys.Of([(cluster[3].Id, 16000, 1)]);
        var plan = FixPlanner.Plan(cluster.Observe(), keys, new());
        Assert.Equal("16000", Assert.Single(plan.Steps.Cast<TakeSlots>(), take => take.Node.Port == 7104).Slots.ToString());
        Assert.Equal(1384, plan.Steps.Cast<TakeSlots>().Sum(take => take.Slots.Count));
    }

    [Fact]
    public void An_unreachable_master_with_slots_is_a_refusal_until_its_keys_are_given_up()
    {
        var cluster = SimulatedCluster.Formed(Requests.Local(3, 0));
        cluster[1].IsDown = true;
        var refusal = Assert.Single(FixPlanner.Plan(cluster.Observe(), SlotKeys.None, new()).Refusals);
        Assert.Equal((RefusalKind.DataAtRisk, 7102), (refusal.Kind, refusal.Node!.Port));
        Assert.Equal(
            "127.0.0.1:7102 does not answer (connection refused) and owns 5462 slots (5461-10922): the keys it has would be lost. Bring it back, or give them up with --fix-with-unreachable-masters.",
            refusal.Message);

        var forced = FixPlanner.Plan(cluster.Observe(), SlotKeys.None, new() { FixWithUnreachableMasters = true });
        Assert.Equal(5462, forced.Steps.Cast<TakeSlots>().Sum(take => take.Slots.Count));
        Assert.Contains("are given up, and it drops them when it comes back", Assert.Single(forced.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_its_replica_answers_nothing_need_be_given_up(bool forced)
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[1].IsDown = true;
        var refusal = Assert.Single(FixPlanner.Plan(cluster.Observe(), SlotKeys.None, new() { FixWithUnreachableMasters = forced }).Refusals);
        Assert.Contains("Let its replica take over (netbox cluster failover 127.0.0.1:7105 --takeover)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_on_its_way_to_a_master_that_is_away_is_a_refusal()
    {
        var world = World("m1>m2 k1", 1);
        var observation = world.Observe();
        var away = observation with
        {
            Nodes = observation.Nodes.SetItem(1, new NodeObservation { Endpoint = world.Masters[1].Endpoint, Problem = new(NodeProblemKind.Unreachable, "gone") }),
        };
        var refusal = Assert.Single(FixPlanner.Plan(away, world.Keys(), new()).Refusals);
        Assert.Contains("owns 5460 slots", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("and may hold keys of 1 slot (1), which were on their way to it", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_that_are_no_cluster_are_not_made_one()
    {
        var fresh = new SimulatedCluster(Requests.Six.Nodes).Observe();
        Assert.Equal(RefusalKind.BadRequest, Assert.Single(FixPlanner.Plan(fresh, SlotKeys.None, new()).Refusals).Kind);
        var plain = new ClusterObservation([new NodeObservation { Endpoint = new("a", 1), IsClusterEnabled = false }], default);
        Assert.Equal(RefusalKind.NotClusterMode, Assert.Single(FixPlanner.Plan(plain, SlotKeys.None, new()).Refusals).Kind);
    }

    [Fact]
    public void Members_that_do_not_know_each_other_meet_after_slots_are_given_up()
    {
        var world = World("k1 k1 k2", 1, 2);
        var observation = world.Observe();
        var forgotten = string.Join('\n', observation.Nodes[0].View!.Nodes.Where(n => n.Id != world.Masters[1].Id).Select(n =>
            $"{n.Id} {n.Address} {(n.IsMyself ? "myself," : "")}master - 0 0 1 connected {n.Slots.ToString().Replace(',', ' ')}"));
        var plan = FixPlanner.Plan(observation with { Nodes = observation.Nodes.SetItem(0, observation.Nodes[0] with { View = ClusterView.Parse(forgotten) }) }, world.Keys(), new());
        Assert.Equal(["release", "confirm", "meet", "collect"], plan.Phases.Select(phase => phase.Name));
        Assert.Equal((7101, 7102), plan.Steps.OfType<Meet>().Select(meet => (meet.Node.Port, meet.Target.Port)).Single());
    }

    [Fact]
    public void A_plan_is_data()
    {
        var plan = World("m1>m2 m2<m1 m3<m1 k1 k2 k3", 1).Plan();
        var json = JsonSerializer.Serialize(plan, PlanningJsonContext.Default.ClusterPlan);
        Assert.Equal(plan, JsonSerializer.Deserialize(json, PlanningJsonContext.Default.ClusterPlan));
        Assert.Contains("7103: bring the keys of 1 slot (1) to 127.0.0.1:7102 (no client finds", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_state_no_key_is_lost_and_the_owners_copy_wins()
    {
        Prop.ForAll(Worlds(), description =>
        {
            var world = Build(description);
            var before = Expectation.Of(world);
            foreach (var step in world.Plan().Steps)
            {
                world.Apply(step);
            }

            before.AssertMet(world);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Killed_within_any_step_the_next_run_ends_well()
    {
        Prop.ForAll(Worlds(), Gen.Choose(0, 8).ToArbitrary(), Gen.Elements(0, 50, 100).ToArbitrary(), (description, kill, share) =>
        {
            var world = Build(description);
            var before = Expectation.Of(world);
            foreach (var step in world.Plan().Steps.Take(kill))
            {
                world.Apply(step);
            }

            if (world.Plan().Steps.FirstOrDefault() is { } killed)
            {
                world.Apply(killed, share);
            }

            foreach (var step in world.Plan(search: false).Steps.Concat(world.Plan(search: false).IsEmpty ? world.Plan().Steps : []))
            {
                world.Apply(step);
            }

            foreach (var step in world.Plan().Steps)
            {
                world.Apply(step);
            }

            before.AssertMet(world, withVersions: false);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    /// <summary>For each slot: who claims it, what is open, who holds which of three keys; each as a bit mask or number.</summary>
    private static Arbitrary<(int Claims, int Migrates, int To, int Imports, int[] Keys)[]> Worlds() =>
        (from claims in Gen.Frequency((5, Gen.Elements(1, 2, 4)), (2, Gen.Constant(0)), (2, Gen.Choose(0, 7)))
         from migrates in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(0, 7)))
         from to in Gen.Choose(0, 2)
         from imports in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(0, 7)))
         from keys in Gen.Choose(0, 7).ArrayOf(3)
         select (claims, migrates, to, imports, keys)).ArrayOf(SlotWorld.Stories).ToArbitrary();

    private static SlotWorld Build((int Claims, int Migrates, int To, int Imports, int[] Keys)[] slots)
    {
        var world = new SlotWorld(3);
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var (claims, migrates, to, imports, keys) = slots[slot];
            var owner = world.Masters.FirstOrDefault(m => (claims >> m.Index & 1) != 0);
            foreach (var master in world.Masters)
            {
                var claim = (claims >> master.Index & 1) != 0;
                master.Owners[slot] = claim ? master : owner;
                if ((migrates >> master.Index & 1) != 0 && to != master.Index)
                {
                    master.Migrating[slot] = world.Masters[to];
                }

                if ((imports >> master.Index & 1) != 0 && !claim)
                {
                    master.Importing[slot] = world.Masters[to == master.Index ? (to + 1) % 3 : to];
                }

                for (var key = 0; key < 3; key++)
                {
                    if ((keys[master.Index] >> key & 1) != 0)
                    {
                        master.Keys[(slot, $"key-{key}")] = (100 * master.Index) + key;
                    }
                }
            }
        }

        return world;
    }

    private static SlotWorld World(Action<SlotWorld> change)
    {
        var world = World(1);
        change(world);
        return world;
    }

    private static SlotWorld World(params int[] owners)
    {
        var world = new SlotWorld(3);
        foreach (var master in world.Masters)
        {
            for (var slot = 0; slot < SlotWorld.Stories; slot++)
            {
                master.Owners[slot] = slot == Slot ? null : world.Masters[0];
            }

            master.Owners[Slot] = owners.Contains(master.Index + 1) ? master : owners.Length > 0 ? world.Masters[owners[0] - 1] : null;
        }

        return world;
    }

    private static SlotWorld World(string state, params int[] owners)
    {
        var world = World(owners);
        foreach (var word in state.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var master = world.Masters[word[1] - '1'];
            switch (word)
            {
                case ['k', ..]:
                    master.Keys[(Slot, $"key {master.Index} {master.Keys.Count}")] = master.Index;
                    break;
                case [.., '>', 'm', var to]:
                    master.Migrating[Slot] = world.Masters[to - '1'];
                    break;
                case [.., '<', 'm', var from]:
                    master.Importing[Slot] = world.Masters[from - '1'];
                    break;
            }
        }

        return world;
    }

    private static string Steps(SlotWorld world) => string.Join(", ", world.Plan().Steps.Select(step => step switch
    {
        MoveSlots s => $"move {s.Source.Port} {s.Target.Port}",
        CollectKeys s => $"collect {s.Node.Port} {s.Owner.Port}",
        CloseSlots s => $"close {s.Node.Port}",
        ReleaseSlots s => $"release {s.Node.Port}",
        ConfirmSlots s => $"confirm {s.Node.Port}",
        TakeSlots s => $"take {s.Node.Port}{(s.Heir is { } heir ? $" for {heir.Port}" : "")}",
        _ => step.ToString(),
    }));

    /// <summary>What must be true in the end.</summary>
    private sealed record Expectation(Dictionary<(int Slot, string Name), int?> Keys)
    {
        public static Expectation Of(SlotWorld world) => new(world.Masters
            .SelectMany(m => m.Keys.Keys).Distinct()
            .ToDictionary(key => key, key => world.Masters.Where(m => m.Owners[key.Slot] == m).ToList() is [var owner] && owner.Keys.TryGetValue(key, out var version) ? version : (int?)null));

        public void AssertMet(SlotWorld world, bool withVersions = true)
        {
            Assert.True(world.Plan().IsEmpty, world.Plan().ToString());
            for (var slot = 0; slot < SlotWorld.Stories; slot++)
            {
                var owner = Assert.Single(world.Masters, m => m.Owners[slot] == m);
                Assert.All(world.Masters, m => Assert.Equal(owner, m.Owners[slot]));
                Assert.All(world.Masters, m => Assert.False(m.Migrating.ContainsKey(slot) || m.Importing.ContainsKey(slot)));
                var held = Keys.Where(key => key.Key.Slot == slot).ToList();
                Assert.Equal(held.Select(key => key.Key).ToHashSet(), [.. owner.Keys.Keys.Where(key => key.Slot == slot)]);
                Assert.All(world.Masters.Where(m => m != owner), m => Assert.DoesNotContain(m.Keys.Keys, key => key.Slot == slot));
                Assert.All(held.Where(key => withVersions && key.Value is not null), key => Assert.Equal(key.Value, owner.Keys[key.Key]));
            }
        }
    }
}
