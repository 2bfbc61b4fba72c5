using System.Text.Json.Serialization;
using NetBox.Tools.Drills;

namespace NetBox.Tools.Serve.Drills;

/// <summary>Where a drill is that was started here.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DrillState>))]
internal enum DrillState
{
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Asked to end; it heals first.</summary>
    [JsonStringEnumMemberName("ending")]
    Ending,

    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>A drill that was started here, as it is by now.</summary>
/// <param name="Id">Its name in the API.</param>
/// <param name="Kind">Such as <c>kill</c>.</param>
/// <param name="State">Where it is.</param>
/// <param name="Plan">What it set out to do.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Events">What happened so far.</param>
/// <param name="Report">What came of it; null before the end, and where it did not get there.</param>
/// <param name="Problem">Why it did not.</param>
internal sealed record DrillEntry(
    string Id, string Kind, DrillState State, DrillPlan Plan, DateTimeOffset StartedAt, IReadOnlyList<DrillEvent> Events, DrillReport? Report, string? Problem)
{
    [JsonIgnore]
    public bool IsOver => State is DrillState.Done or DrillState.Cancelled or DrillState.Failed;
}

/// <summary>What a caller asks for.</summary>
/// <param name="Kind">handover, kill, freeze, partition or restart-all.</param>
/// <param name="Node">The master it is done to: an id, the beginning of one, or HOST:PORT; null for one chosen by netbox.</param>
/// <param name="DurationSeconds">How long a master stays frozen or cut off; null until its replica has taken over.</param>
/// <param name="Writers">Writers per shard, 1 to 64; 1 unless given.</param>
/// <param name="Force">Also in an environment that is marked as production.</param>
internal sealed record DrillOrder(string? Kind, string? Node, double? DurationSeconds, int? Writers, bool? Force)
{
    /// <exception cref="NetBoxException">Something is missing or out of range (usage).</exception>
    public DrillRequest ToRequest() => new()
    {
        Kind = DrillKinds.Parse(Kind ?? string.Empty),
        Node = string.IsNullOrWhiteSpace(Node) ? null : Node,
        Duration = DurationSeconds switch
        {
            null => null,
            > 0 and <= 3600 and var seconds => TimeSpan.FromSeconds(seconds),
            _ => throw NetBoxException.Usage("durationSeconds has to be more than 0 and at most 3600"),
        },
        Writers = Writers is null or (>= 1 and <= 64) ? Writers ?? 1 : throw NetBoxException.Usage("writers has to be from 1 to 64"),
        Force = Force ?? false,
    };
}
