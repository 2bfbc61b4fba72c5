using System.Text.Json.Serialization;

namespace NetBox.Tools.Drills;

/// <summary>Where a drill is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DrillPhase>))]
internal enum DrillPhase
{
    [JsonStringEnumMemberName("prepare")]
    Prepare,

    [JsonStringEnumMemberName("fault")]
    Fault,

    [JsonStringEnumMemberName("heal")]
    Heal,

    [JsonStringEnumMemberName("recover")]
    Recover,

    [JsonStringEnumMemberName("count")]
    Count,
}

/// <summary>Something that happened.</summary>
/// <param name="At">When.</param>
/// <param name="Phase">In which part of the drill.</param>
/// <param name="Text">What, in one line.</param>
internal sealed record DrillEvent(DateTimeOffset At, DrillPhase Phase, string Text);
