namespace NetBox.Tools.Serve.Events;

/// <summary>One event as it goes to every page.</summary>
/// <param name="Number">Grows by one.</param>
/// <param name="Kind">One of <see cref="EventKinds"/>.</param>
/// <param name="Data">One line of JSON.</param>
internal sealed record ServerEvent(long Number, string Kind, string Data);

internal static class EventKinds
{
    /// <summary>What comes is all there is to know; what was known before may be forgotten. Without number.</summary>
    public const string Hello = "hello";

    /// <summary>Nothing new, but alive. Without number.</summary>
    public const string Beat = "beat";

    /// <summary>The cluster as it is: each replaces the one before.</summary>
    public const string Picture = "picture";

    /// <summary>What the doctor found: each replaces the one before.</summary>
    public const string Findings = "findings";

    /// <summary>Why the cluster cannot be observed: replaces pictures, and is replaced by them.</summary>
    public const string Trouble = "trouble";

    /// <summary>Something changed in the cluster.</summary>
    public const string Change = "change";

    /// <summary>The last drill as it is by now: each replaces the one before.</summary>
    public const string Drill = "drill";
}
