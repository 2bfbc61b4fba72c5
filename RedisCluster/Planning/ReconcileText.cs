namespace RedisCluster.Planning;

/// <summary>Words that several diagnoses use.</summary>
internal static class ReconcileText
{
    private const int Shown = 4;

    public static string List(IReadOnlyCollection<string> names) => names.Count <= Shown
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Shown))} and {names.Count - Shown} more";

    public static string Silent(IReadOnlyCollection<Place> places) => List([.. places.Select(place => $"{place.Node} ({place.Problem})")]);
}
