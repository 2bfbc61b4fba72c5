using System.Globalization;

namespace RedisCluster.Planning;

/// <summary>Nodes at the places that are none of the cluster's and hold something: left alone, and so is the cluster until people have looked.</summary>
internal static class ReconcileStrangers
{
    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        var strangers = situation.At(PlaceState.Stranger).ToList();
        return strangers.Count == 0 ? null : new(ReconcileKind.LeftAlone, Names.List([.. strangers.Select(Describe)]));
    }

    private static string Describe(Place place) => place.Said switch
    {
        { View: null } => $"{place.Node} does not run in cluster mode",
        { View: { } view } when view.Nodes.Length > 1 =>
            string.Create(CultureInfo.InvariantCulture, $"{place.Node} belongs to another cluster of {view.Nodes.Length} nodes"),
        { KeyCount: > 0 and var keys } => string.Create(CultureInfo.InvariantCulture, $"{place.Node} holds {keys} keys and belongs to no cluster"),
        _ => $"{place.Node} owns slots and belongs to no cluster",
    };
}
