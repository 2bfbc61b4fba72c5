namespace NetBox.Tools.Drills;

/// <summary>How short a gap can be at best.</summary>
internal static class DrillFloors
{
    /// <summary>What a replica waits before it asks for votes, so that the news of the failure is everywhere by then (Redis, and Valkey to 8; a random part comes on top).</summary>
    private const double ElectionDelayMs = 500;

    /// <summary>For so long a server refuses writes after its own start.</summary>
    private const double WritableDelayMs = 2000;

    public static DrillFloor Of(DrillKind kind, TimeSpan nodeTimeout, TimeSpan? duration)
    {
        DrillFloorPart[] failover =
        [
            new("the node timeout: for so long a silent node may be only slow", nodeTimeout.TotalMilliseconds),
            new("the delay before a replica asks for votes", ElectionDelayMs),
        ];
        return kind switch
        {
            DrillKind.Handover => Sum(new DrillFloorPart("the master holds writes back only until its replica has the last of them", 0)),
            DrillKind.RestartAll => Sum(new DrillFloorPart("a server refuses writes after its start", WritableDelayMs)),

            // Back before anybody could take over: the gap is what the fault itself lasts.
            DrillKind.Freeze or DrillKind.Partition when duration is { } time && time.TotalMilliseconds < failover.Sum(part => part.Ms) =>
                Sum(new DrillFloorPart("it is over before a replica takes over", kind == DrillKind.Freeze ? time.TotalMilliseconds : 0)),
            DrillKind.Partition => Sum(new DrillFloorPart("the master cut off may take writes until its replica takes over", 0)),
            _ => Sum(failover),
        };
    }

    private static DrillFloor Sum(params DrillFloorPart[] parts) => new(parts.Sum(part => part.Ms), parts);
}
