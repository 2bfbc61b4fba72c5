namespace NetBox.Tools.Drills;

/// <summary>Which drill, on what.</summary>
internal sealed record DrillRequest
{
    public required DrillKind Kind { get; init; }

    /// <summary>Whom it is done to: a node's id, the first four or more digits of it, or HOST:PORT; a replica stands for its shard's master. Null for one chosen here.</summary>
    public string? Node { get; init; }

    /// <summary>How long a master stays frozen or cut off; null until its replica has taken over.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Writers per shard, 1 to 64. Each waits for its answer before it writes again.</summary>
    public int Writers { get; init; } = 1;

    /// <summary>How many replicas have to confirm a write before it counts as acknowledged (WAIT); 0 for none.</summary>
    public int Replicas { get; init; }

    /// <summary>An app's URL: each GET counts one, and its <c>/count</c> tells how many. Null for writers of netbox's own.</summary>
    public Uri? App { get; init; }

    /// <summary>Go ahead in an environment that is marked as production.</summary>
    public bool Force { get; init; }
}
