namespace NetBox.Tools.Drills;

/// <summary>What is done to the cluster.</summary>
internal enum DrillKind
{
    /// <summary>A replica takes its master's place with the master's help, and gives it back.</summary>
    Handover,

    /// <summary>A master ends at once, without a word, and is started again when its replica has taken over.</summary>
    Kill,

    /// <summary>A master stands still with its connections open, and goes on later.</summary>
    Freeze,

    /// <summary>A master is cut off from the other nodes, and let back in later.</summary>
    Partition,

    /// <summary>All nodes end at once and are started again.</summary>
    RestartAll,
}

/// <summary>The kinds as users write them: <c>handover</c>, <c>kill</c>, <c>freeze</c>, <c>partition</c>, <c>restart-all</c>.</summary>
internal static class DrillKinds
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<DrillKind>().Select(Name)];

    public static string Name(this DrillKind kind) => kind == DrillKind.RestartAll ? "restart-all" : kind.ToString().ToLowerInvariant();

    /// <exception cref="NetBoxException">There is no such kind (usage).</exception>
    public static DrillKind Parse(string name) => Enum.GetValues<DrillKind>().Cast<DrillKind?>().FirstOrDefault(kind => kind!.Value.Name() == name)
        ?? throw NetBoxException.Usage($"'{name}' is no kind of drill; there are {string.Join(", ", Names)}");
}
