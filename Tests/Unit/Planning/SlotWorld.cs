using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

/// <summary>
/// Masters as far as slots and keys go: what each takes for the owner of a slot, what is open, which keys in which version it holds. They carry
/// out steps as servers do, gossip included: whoever hears of an owner with a higher epoch gives a slot up and deletes its keys.
/// </summary>
internal sealed class SlotWorld
{
    /// <summary>The slots with a story; the rest of the 16384 is in order.</summary>
    public const int Stories = 3;

    public SlotWorld(int masters)
    {
        Masters = [.. Enumerable.Range(0, masters).Select(i => new SlotMaster(i, masters))];
        foreach (var master in Masters)
        {
            var range = new SlotRange((HashSlot.Count - Stories) * master.Index / masters + Stories, (HashSlot.Count - Stories) * (master.Index + 1) / masters + Stories - 1);
            foreach (var peer in Masters)
            {
                peer.RestOf[master.Index] = range;
            }
        }
    }

    public ImmutableArray<SlotMaster> Masters { get; }

    public ClusterObservation Observe() => new([.. Masters.Select(Observe)], DateTimeOffset.UnixEpoch);

    public SlotKeys Keys() => SlotKeys.Of(Masters.SelectMany(m => m.Keys.Keys.GroupBy(key => key.Slot).Select(slot => (m.Id, slot.Key, (long)slot.Count()))));

    public ClusterPlan Plan(bool search = true) => FixPlanner.Plan(Observe(), Keys(), new() { SearchMultipleOwners = search });

    /// <param name="step">What to do.</param>
    /// <param name="share">How much of it is done before it is killed, in percent of the keys it moves.</param>
    public void Apply(PlanStep step, int share = 100)
    {
        switch (step)
        {
            case CloseSlots close:
                foreach (var slot in close.Slots)
                {
                    Of(close.Node).Close(slot);
                }

                break;
            case ReleaseSlots release:
                foreach (var slot in release.Slots.Where(slot => Of(release.Node).Owners[slot] == Of(release.Node)))
                {
                    Of(release.Node).Owners[slot] = Of(release.Owner);
                }

                // The others of the phase are told before anything can get around.
                return;
            case ConfirmSlots confirm:
                Bump(Of(confirm.Node));
                foreach (var slot in confirm.Slots)
                {
                    Assert.Equal(Of(confirm.Node), Of(confirm.Node).Owners[slot]);
                    foreach (var other in confirm.Others)
                    {
                        Of(other).Owners[slot] = Of(confirm.Node);
                    }
                }

                break;
            case TakeSlots take:
                Bump(Of(take.Node));
                foreach (var slot in take.Slots)
                {
                    if (take.Heir is { } heir)
                    {
                        Of(heir).Importing[slot] = Of(take.Node);
                        Of(take.Node).Migrating[slot] = Of(heir);
                    }

                    Of(take.Node).Owners[slot] = Of(take.Node);
                    Of(take.Node).Importing.Remove(slot);
                    foreach (var other in take.Others)
                    {
                        Of(other).Owners[slot] = Of(take.Node);
                    }
                }

                break;
            case CollectKeys collect:
                Collect(collect, share);
                break;
            case MoveSlots move:
                Move(move, share);
                break;
            case Meet:
                break;
            default:
                throw new InvalidOperationException($"Unknown step {step}");
        }

        Gossip();
    }

    private static void Send(SlotMaster from, SlotMaster to, int slot, bool replace, bool drop, int share)
    {
        var keys = from.Keys.Where(key => key.Key.Slot == slot).OrderBy(key => key.Key.Name, StringComparer.Ordinal).ToList();
        foreach (var (key, version) in keys.Take(keys.Count * share / 100))
        {
            if (replace || !to.Keys.ContainsKey(key))
            {
                to.Keys[key] = version;
            }
            else
            {
                Assert.True(drop, "BUSYKEY");
            }

            from.Keys.Remove(key);
        }

        // Interrupted between the target's taking a key and the source's dropping it.
        if (share < 100 && keys.Count > 0 && replace)
        {
            to.Keys[keys[^1].Key] = keys[^1].Value;
        }
    }

    private void Collect(CollectKeys step, int share)
    {
        var (from, to) = (Of(step.Node), Of(step.Owner));
        foreach (var slot in step.Slots)
        {
            Assert.NotEqual(from, from.Owners[slot]);
            Assert.All(from.Owners, Assert.NotNull);
            from.Importing[slot] = to;
            if (to.Owners[slot] != to)
            {
                to.Importing.TryAdd(slot, from);
            }

            Assert.False(to.Owners[slot] == to && to.Migrating.ContainsKey(slot), "an owner that is migrating a slot takes no new keys of it");
            Send(from, to, slot, replace: false, drop: true, share);
            if (share == 100)
            {
                from.Close(slot);
            }
        }
    }

    private void Move(MoveSlots step, int share)
    {
        var (from, to) = (Of(step.Source), Of(step.Target));
        foreach (var slot in step.Slots)
        {
            Assert.True(from.Owners[slot] == from || to.Owners[slot] == to, "only the owner migrates");
            Assert.All(from.Owners, Assert.NotNull);
            to.Importing[slot] = from;
            from.Migrating[slot] = to;
            Send(from, to, slot, step.Tuning.Replace, drop: false, share);
            if (share == 100)
            {
                Bump(to);
                to.Owners[slot] = to;
                to.Importing.Remove(slot);
                from.Owners[slot] = to;
                from.Migrating.Remove(slot);
            }
        }
    }

    private SlotMaster Of(NodeEndpoint endpoint) => Masters.Single(m => m.Endpoint == endpoint);

    private void Bump(SlotMaster master) => master.Epoch = Masters.Max(m => m.Epoch) + 1;

    private void Gossip()
    {
        foreach (var (sender, slot) in Masters.SelectMany(m => Enumerable.Range(0, Stories).Where(slot => m.Owners[slot] == m).Select(slot => (m, slot))))
        {
            foreach (var peer in Masters.Where(peer => peer != sender && !peer.Importing.ContainsKey(slot)))
            {
                if (peer.Owners[slot] is not { } owner || owner.Owners[slot] != owner || owner.Epoch < sender.Epoch)
                {
                    if (peer.Owners[slot] == peer)
                    {
                        peer.Drop(slot);
                    }

                    peer.Owners[slot] = sender;
                }
            }
        }
    }

    private NodeObservation Observe(SlotMaster master)
    {
        var view = new StringBuilder();
        foreach (var peer in Masters)
        {
            var slots = Enumerable.Range(0, Stories).Where(slot => master.Owners[slot] == peer).Select(slot => slot.ToString(CultureInfo.InvariantCulture));
            var open = peer != master ? [] : master.Migrating.Select(s => $"[{s.Key}->-{s.Value.Id}]").Concat(master.Importing.Select(s => $"[{s.Key}-<-{s.Value.Id}]"));
            view.Append(
                CultureInfo.InvariantCulture,
                $"{peer.Id} 127.0.0.1:{peer.Endpoint.Port}@{peer.Endpoint.EffectiveBusPort} {(peer == master ? "myself," : "")}master - 0 0 {peer.Epoch} connected {string.Join(' ', slots.Append(master.RestOf[peer.Index].ToString()).Concat(open))}\n");
        }

        return new NodeObservation { Endpoint = master.Endpoint, MyId = master.Id, View = ClusterView.Parse(view.ToString()), IsClusterEnabled = true, KeyCount = master.Keys.Count };
    }
}

internal sealed class SlotMaster(int index, int masters)
{
    public int Index { get; } = index;

    public NodeEndpoint Endpoint { get; } = new("127.0.0.1", 7101 + index);

    public NodeId Id { get; } = NodeId.Parse((index + 1).ToString("x40", CultureInfo.InvariantCulture));

    public long Epoch { get; set; } = index + 1;

    /// <summary>Whom it takes for the owner of each slot with a story; null for nobody.</summary>
    public SlotMaster?[] Owners { get; } = new SlotMaster?[SlotWorld.Stories];

    public SlotRange[] RestOf { get; } = new SlotRange[masters];

    public Dictionary<int, SlotMaster> Migrating { get; } = [];

    public Dictionary<int, SlotMaster> Importing { get; } = [];

    public Dictionary<(int Slot, string Name), int> Keys { get; } = [];

    public void Close(int slot)
    {
        Migrating.Remove(slot);
        Importing.Remove(slot);
    }

    public void Drop(int slot)
    {
        foreach (var key in Keys.Keys.Where(key => key.Slot == slot).ToList())
        {
            Keys.Remove(key);
        }
    }

    public override string ToString() => Endpoint.ToClientString();
}
