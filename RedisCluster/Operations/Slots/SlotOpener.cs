using System.Globalization;
using RedisCluster.Protocol;

namespace RedisCluster.Operations.Slots;

/// <summary>Opens slots for moving keys, the target first: from then on the source may send clients there.</summary>
internal sealed class SlotOpener(Repeater repeater, MoveRoute route, AfterMoveStage? afterStage)
{
    public async Task OpenAsync(IReadOnlyList<int> slots, CancellationToken token)
    {
        var move = route.Move;
        var purpose = string.Create(CultureInfo.InvariantCulture, $"opening slot {slots[0]} and {slots.Count - 1} more");
        var importing = await repeater.SendAsync(
            move.Target, [.. slots.Select(slot => SlotCommands.Importing(slot, move.SourceId))], purpose, token).ConfigureAwait(false);

        // It owns a slot already where an earlier run got that far.
        var owned = new HashSet<int>();
        for (var i = 0; i < slots.Count; i++)
        {
            if (importing[i].IsError && !Says(importing[i], "already the owner"))
            {
                throw Refused(importing[i], move.Target.ToClientString(), slots[i]);
            }

            if (importing[i].IsError)
            {
                owned.Add(slots[i]);
            }
        }

        afterStage?.Invoke(MoveStage.Importing, slots[0]);
        var migrating = await repeater.SendAsync(
            move.Source, [.. slots.Select(slot => SlotCommands.Migrating(slot, move.TargetId))], purpose, token).ConfigureAwait(false);
        for (var i = 0; i < slots.Count; i++)
        {
            if (migrating[i].IsError && !(owned.Contains(slots[i]) && (Says(migrating[i], "not the owner") || Says(migrating[i], "only with masters"))))
            {
                throw Refused(migrating[i], move.Source.ToClientString(), slots[i]);
            }
        }

        afterStage?.Invoke(MoveStage.Migrating, slots[0]);
    }

    public static bool Says(RespValue answer, string words) => answer.AsText().Contains(words, StringComparison.OrdinalIgnoreCase);

    public static ClusterException Refused(RespValue answer, string node, int slot) => new(
        ClusterFault.Faults, string.Create(CultureInfo.InvariantCulture, $"slot {slot}: {node} answers '{answer.AsText()}'; run it again to go on from here"));
}
