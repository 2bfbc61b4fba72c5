using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Topology;

namespace NetBox.Tools.Slots;

/// <param name="Hot">How many of the hottest slots to tell.</param>
/// <param name="Over">Over which time these are counted; null is since the servers began to.</param>
/// <param name="Keys">Count the keys of every slot.</param>
/// <param name="Big">How many of the biggest keys to look for; null is none.</param>
/// <param name="Limit">How many keys of a shard are looked at for that.</param>
/// <param name="OnMasters">Look there rather than on replicas.</param>
internal sealed record SlotUseRequest(int Hot, TimeSpan? Over, bool Keys, int? Big, int Limit, bool OnMasters);

/// <summary>Who serves which slots, and what is in them.</summary>
internal static class SlotUse
{
    public static async Task<SlotUseReport> ReadAsync(ClusterTarget target, SlotUseRequest request, CancellationToken cancellationToken)
    {
        var cluster = await ClusterSource.ObserveAsync(target, cancellationToken).ConfigureAwait(false);
        var hot = new HotSlots(target, TimeProvider.System).ReadAsync(cluster, request.Hot, request.Over, cancellationToken);
        var keys = request.Keys ? Count(await ClusterCheck.CountKeysAsync(cluster, target.Settings, cancellationToken).ConfigureAwait(false)) : null;
        var big = request.Big is { } count
            ? await new BigKeys(target, request.Limit, request.OnMasters).FindAsync(cluster, count, cancellationToken).ConfigureAwait(false)
            : null;
        return new(SlotReporter.Slots(cluster), await hot.ConfigureAwait(false), keys, big);
    }

    private static SlotKeysReport Count(SlotKeys keys)
    {
        var nodes = keys.Nodes.ToList();
        var slots = nodes.Aggregate(SlotSet.Empty, (all, node) => all.Union(keys.SlotsOf(node)));
        IReadOnlyList<SlotCount> counts = [.. slots.Select(slot => new SlotCount(slot, nodes.Sum(node => keys.Of(node, slot))))];
        return new(counts.Sum(count => count.Keys), counts.Count, counts);
    }
}
