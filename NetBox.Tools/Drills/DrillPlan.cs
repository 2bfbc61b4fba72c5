namespace NetBox.Tools.Drills;

/// <summary>What a drill would do.</summary>
/// <param name="Kind">Such as <c>kill</c>.</param>
/// <param name="Target">Whom it is done to; null where it is all nodes.</param>
/// <param name="Channel">By what means, such as <c>the AppHost</c>.</param>
/// <param name="Steps">What happens, a line each.</param>
/// <param name="Warnings">What to know before saying yes.</param>
/// <param name="Floor">How long writes stand still at the least.</param>
internal sealed record DrillPlan(
    string Kind, DrillTarget? Target, string Channel, IReadOnlyList<string> Steps, IReadOnlyList<string> Warnings, DrillFloor Floor);

/// <param name="Id">The node's id.</param>
/// <param name="Address">host:port.</param>
/// <param name="Name">What the channel calls it, such as <c>redis-cluster-0</c>; null where it has no other name.</param>
/// <param name="Slots">How many slots it serves.</param>
/// <param name="Replicas">Its replicas, host:port.</param>
internal sealed record DrillTarget(string Id, string Address, string? Name, int Slots, IReadOnlyList<string> Replicas);

/// <summary>The shortest gap there can be, and what it is made of.</summary>
internal sealed record DrillFloor(double Ms, IReadOnlyList<DrillFloorPart> Parts);

internal sealed record DrillFloorPart(string What, double Ms);
