using System.Globalization;

namespace RedisCluster.Planning;

/// <summary>What is missing when there is nothing more that could be done about it: nodes that do not answer, or too few of them.</summary>
internal static class ReconcileLacks
{
    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        var silent = situation.At(PlaceState.Silent).ToList();
        if (silent.Count > 0)
        {
            var elsewhere = silent
                .Where(place => situation.Elsewhere(place) is not null)
                .Select(place => $"{place.Node.Name} at {situation.Elsewhere(place)!.Endpoint.ToClientString()}")
                .ToList();
            return new(
                ReconcileKind.Waiting,
                $"waiting for {ReconcileText.Silent(silent)}" + (elsewhere.Count == 0 ? "" : $"; its peers reach {Names.List(elsewhere)}"));
        }

        var masters = situation.Cluster.Nodes.Where(node => !node.Slots.IsEmpty).ToList();
        if (masters.Count != situation.Desired.ShardCount)
        {
            return new(ReconcileKind.Waiting, string.Create(
                CultureInfo.InvariantCulture, $"there are {masters.Count} masters with slots and there shall be {situation.Desired.ShardCount}: no node is free for it"));
        }

        var poor = masters.FirstOrDefault(master =>
            situation.Cluster.ReplicasOf(master.Id).Count(situation.IsWorking) < situation.Desired.ReplicasPerShard);
        return poor is null ? null : new(ReconcileKind.Waiting, $"{situation.NameOf(poor.Id)} has fewer replicas than it shall have, and no shard has one to spare");
    }
}
