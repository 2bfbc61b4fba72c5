namespace NetBox.Tools.Drills.Faults;

/// <summary>What can be wrong with a node, made on purpose.</summary>
internal enum Fault
{
    /// <summary>It ended without a word.</summary>
    Killed,

    /// <summary>It stands still, its connections open.</summary>
    Frozen,

    /// <summary>Nothing passes between it and the other nodes.</summary>
    CutOff,
}

/// <summary>A means of making faults and of undoing them.</summary>
internal interface IFaultChannel : IAsyncDisposable
{
    /// <summary>Such as <c>the AppHost</c>.</summary>
    string Name { get; }

    /// <summary>What it calls the node; null where it has no name of its own for it.</summary>
    string? NameOf(DrillNode node);

    /// <summary>Why it cannot make this fault on this node, and what would help; null when it can.</summary>
    Task<string?> ObstacleAsync(Fault fault, DrillNode node, CancellationToken cancellationToken);

    /// <summary>Whether it undoes this fault as well. Otherwise that is somebody else's affair.</summary>
    bool Heals(Fault fault);

    /// <summary>Whether something else undoes its faults, in a time of its own.</summary>
    bool HealsByItself => false;

    /// <summary>Makes the fault, on all of these nodes at once.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="nodes">Nodes without an obstacle.</param>
    /// <param name="limit">After this the fault ends by itself, even if nobody is left to undo it; not where a node was killed.</param>
    /// <param name="cancellationToken">Ends the waiting; the fault may have been made all the same.</param>
    /// <exception cref="NetBoxException">It did not work.</exception>
    Task InflictAsync(Fault fault, IReadOnlyList<DrillNode> nodes, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Undoes it. Where there is nothing to undo, nothing happens.</summary>
    /// <exception cref="NetBoxException">It did not work.</exception>
    Task HealAsync(Fault fault, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken);
}

internal static class FaultNames
{
    public static Fault Of(DrillKind kind) => kind switch
    {
        DrillKind.Freeze => Fault.Frozen,
        DrillKind.Partition => Fault.CutOff,
        _ => Fault.Killed,
    };

    public static string Verb(this Fault fault) => fault switch
    {
        Fault.Frozen => "frozen",
        Fault.CutOff => "cut off from the other nodes",
        _ => "killed",
    };

    public static string HealedVerb(this Fault fault) => fault switch
    {
        Fault.Frozen => "thawed",
        Fault.CutOff => "let back in",
        _ => "started again",
    };
}
