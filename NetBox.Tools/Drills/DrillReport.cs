using System.Text.Json.Serialization;

namespace NetBox.Tools.Drills;

/// <summary>What came of it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DrillVerdict>))]
internal enum DrillVerdict
{
    /// <summary>Nothing acknowledged was lost, and what could be restored from here is.</summary>
    [JsonStringEnumMemberName("survived")]
    Survived,

    /// <summary>Nothing acknowledged was lost, but the cluster is not as it was.</summary>
    [JsonStringEnumMemberName("not-restored")]
    NotRestored,

    /// <summary>Writes that were acknowledged are gone.</summary>
    [JsonStringEnumMemberName("lost-writes")]
    LostWrites,
}

/// <summary>What a drill did and cost; times in milliseconds.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="Kind">Such as <c>kill</c>.</param>
/// <param name="Target">Whom it was done to; null where it was all nodes.</param>
/// <param name="Channel">By what means.</param>
/// <param name="GapMs">The longest time in which a shard (or the app) acknowledged nothing; null where nothing was acknowledged before or after.</param>
/// <param name="Floor">How short the gap could have been.</param>
/// <param name="Shards">Each shard's gap and writes; with an app watched, one entry for it.</param>
/// <param name="Acknowledged">Writes that were answered.</param>
/// <param name="Stored">Writes that are there at the end; null where a shard could not be asked.</param>
/// <param name="Lost">Acknowledged writes that are not; null where nobody knows.</param>
/// <param name="Uncertain">Writes without any answer to the end; each may be stored or not.</param>
/// <param name="Repeated">Writes whose first answer was lost, and that were repeated until one came. Each is stored once.</param>
/// <param name="Errors">Failed attempts by kind.</param>
/// <param name="Restored">What came back when.</param>
/// <param name="Verdict">What came of it.</param>
/// <param name="Summary">The same in one line.</param>
internal sealed record DrillReport(
    DateTimeOffset StartedAt,
    string Kind,
    DrillTarget? Target,
    string Channel,
    double? GapMs,
    DrillFloor Floor,
    IReadOnlyList<ShardDrill> Shards,
    long Acknowledged,
    long? Stored,
    long? Lost,
    long Uncertain,
    long Repeated,
    IReadOnlyList<DrillError> Errors,
    DrillRestored Restored,
    DrillVerdict Verdict,
    string Summary);

/// <param name="Shard">The master's address when the drill began; the app's URL where an app is watched.</param>
/// <param name="GapMs">As in <see cref="DrillReport"/>.</param>
/// <param name="Acknowledged">Writes that were answered.</param>
/// <param name="Stored">Writes that are there at the end; null where the shard could not be asked.</param>
/// <param name="Lost">Acknowledged writes that are not; null where nobody knows.</param>
internal sealed record ShardDrill(string Shard, double? GapMs, long Acknowledged, long? Stored, long? Lost);

/// <param name="Kind">Such as <c>timeout</c>, <c>connection</c> or the server's word: <c>CLUSTERDOWN</c>.</param>
/// <param name="Count">How many attempts ended so.</param>
internal sealed record DrillError(string Kind, long Count);

/// <summary>Counted from the fault; null where it did not come back while the drill looked.</summary>
/// <param name="WritesMs">Until each shard acknowledged writes again.</param>
/// <param name="RedundancyMs">Until each shard had as many replicas in step as before.</param>
/// <param name="PlacementMs">Until the masters were where they were before.</param>
/// <param name="Notes">Why something did not come back, a line each.</param>
internal sealed record DrillRestored(double? WritesMs, double? RedundancyMs, double? PlacementMs, IReadOnlyList<string> Notes);
