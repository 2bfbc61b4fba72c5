namespace RedisCluster.Planning;

/// <summary>Words that several diagnoses use.</summary>
internal static class ReconcileText
{
    public static string Silent(IReadOnlyCollection<Place> places) => Names.List([.. places.Select(place => $"{place.Node} ({place.Problem})")]);
}
