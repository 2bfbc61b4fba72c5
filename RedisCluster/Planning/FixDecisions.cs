using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Decides slot by slot who owns it in the end, and where its keys come from.</summary>
/// <remarks>
/// <para>
/// Which of two copies of a key is the right one: while a slot is migrating, a client is served by the source if that has the key, and by the
/// target, after ASK, only if it has not. So a key is on both sides only after a MIGRATE that was interrupted between the target's taking it
/// and the source's dropping it, and all writes since then went to the source: as long as the source owns the slot its copy is the right
/// one, and MIGRATE with REPLACE puts it over the other. In every other case the copy that clients are served is that of the owner; a copy
/// elsewhere has been out of their sight, so it is moved without REPLACE and dropped where the owner has the key.
/// </para>
/// <para>
/// A slot whose owner is migrating it and whose keys are partly elsewhere is always handed over, never taken back: its owner answers ASK for
/// what it lacks, so clients see every key all the time, whereas an owner that is told to keep the slot would have clients miss, and write
/// anew, the keys that are still on their way back. Likewise a slot without an owner whose keys are at two masters: one of them takes it for
/// the time of handing it over to the other. (Keys cannot be gathered first: no server moves keys of a slot that nobody owns.)
/// </para>
/// </remarks>
internal sealed class FixDecisions(FixScene scene, SlotKeys keys)
{
    /// <summary>One decision for each slot that needs something done; null owners do not occur, slots without any master to take them are left out.</summary>
    public IEnumerable<FixDecision> Decide(SlotSet slots)
    {
        var decided = slots.Select(Decide).OfType<FixDecision>().ToList();
        var homeless = SlotSet.Of(slots.Where(slot => !scene.Claimed.Contains(slot)).Except(decided.Select(d => d.Slot)));
        return decided.Concat(FixCoverage.Spread(scene, homeless, decided)).OrderBy(d => d.Slot);
    }

    private FixDecision? Decide(int slot)
    {
        var owners = scene.Masters.Where(m => m.Slots.Contains(slot)).ToList();
        return owners.Count switch
        {
            0 => Uncovered(slot),
            1 => Owned(slot, owners[0]),
            _ => OwnedByMany(slot, owners),
        };
    }

    private FixDecision? Owned(int slot, FixMaster owner)
    {
        var heir = Heir(slot, owner);
        var end = heir ?? owner;
        var collected = Holders(slot).Where(m => m != owner && m != end).ToList();
        var closed = Leftovers(slot, end, collected).Where(m => heir is null || m != owner || owner.Importing.ContainsKey(slot)).ToImmutableArray();

        // Also before it is handed over: a master that does not know the owner of every slot says that the cluster is down, and takes no keys.
        var confirm = scene.Disputed.Contains(slot);
        return heir is null && !confirm && collected.Count == 0 && closed.IsEmpty ? null : new FixDecision
        {
            Slot = slot,
            Owner = end,
            HandedOverBy = heir is null ? null : owner,
            Confirm = confirm,
            Collected = [.. collected],
            Closed = closed,
        };
    }

    private FixMaster? Heir(int slot, FixMaster owner)
    {
        var holders = Holders(slot).Where(m => m != owner);
        if (!owner.Migrating.TryGetValue(slot, out var peer))
        {
            // Clients do not reach the keys at an importing node that nobody sends them to: the fewer keys move, the better.
            return holders.Where(m => m.Importing.ContainsKey(slot) && keys.Of(m.Id, slot) > keys.Of(owner.Id, slot))
                .OrderByDescending(m => keys.Of(m.Id, slot)).ThenBy(m => m.Id).FirstOrDefault();
        }

        // Where both ends are open clients may be writing at the target at this moment, whatever was counted.
        return scene.Find(peer) is { } target && target.Importing.ContainsKey(slot)
            ? target
            : holders.OrderByDescending(m => keys.Of(m.Id, slot)).ThenByDescending(m => m.Id == peer).ThenBy(m => m.Id).FirstOrDefault();
    }

    private FixDecision? Uncovered(int slot)
    {
        var holders = Holders(slot).OrderByDescending(m => keys.Of(m.Id, slot)).ThenBy(m => m.Id).ToList();
        if (holders.Count < 2)
        {
            var believed = scene.BelievedOwner(slot);
            var owner = holders.FirstOrDefault() ?? believed ?? scene.Masters.Where(m => m.HasOpen(slot)).OrderByDescending(m => m.Importing.ContainsKey(slot)).FirstOrDefault();
            return owner is null ? null : new FixDecision { Slot = slot, Owner = owner, Take = true, Closed = [.. Leftovers(slot, owner, [])] };
        }

        // Who was migrating it has been its owner: its keys are the newer ones.
        var last = holders.Find(m => m.Migrating.ContainsKey(slot)) ?? holders[1];
        var end = holders.First(m => m != last);
        var collected = holders.Where(m => m != last && m != end).ToList();
        return new FixDecision
        {
            Slot = slot,
            Owner = end,
            HandedOverBy = last,
            Take = true,
            Collected = [.. collected],
            Closed = [.. Leftovers(slot, end, collected).Where(m => m != last)],
        };
    }

    private FixDecision OwnedByMany(int slot, List<FixMaster> owners)
    {
        var owner = owners.OrderByDescending(m => keys.Of(m.Id, slot)).ThenByDescending(m => m.Epoch).ThenBy(m => m.Id).First();
        var collected = Holders(slot).Where(m => m != owner).ToList();
        return new FixDecision
        {
            Slot = slot,
            Owner = owner,
            Confirm = true,
            Released = [.. owners.Where(m => m != owner)],
            Collected = [.. collected],
            Closed = [.. Leftovers(slot, owner, collected)],
        };
    }

    private IEnumerable<FixMaster> Holders(int slot) => scene.Masters.Where(m => keys.Of(m.Id, slot) > 0);

    // Bringing keys closes their holder's end, being handed a slot closes the importing end; a migrating state is no part of either.
    private IEnumerable<FixMaster> Leftovers(int slot, FixMaster end, List<FixMaster> collected) =>
        scene.Masters.Where(m => !collected.Contains(m) && (m == end && !m.Slots.Contains(slot) ? m.Migrating.ContainsKey(slot) : m.HasOpen(slot)));
}
