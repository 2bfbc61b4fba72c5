using System.Text.Json.Nodes;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Protocol;

namespace NetBox.Tools.Cluster;

/// <summary>Turns answers of nodes into a report.</summary>
internal static class CallReporter
{
    public static ClusterCallReport Report(RespCommand command, IReadOnlyCollection<NodeAnswer> answers) => new(
        command.Name,
        [.. answers.Select(answer => new NodeAnswerReport(
            answer.Node.ToClientString(),
            answer.IsMaster switch { true => Roles.Master, false => Roles.Replica, null => Roles.Unknown },
            answer.IsFine ? Json(answer.Answer!) : null,
            answer.IsFine ? null : answer.Answer?.AsText() ?? answer.Problem,
            answer.Answer is not null))],
        answers.Count(answer => !answer.IsFine));

    /// <summary>An error inside a list (of a transaction, say) becomes text, so that the rest of the list is not lost.</summary>
    public static JsonNode? Json(RespValue value) => value.Kind switch
    {
        RespKind.Null => null,
        RespKind.Number => JsonValue.Create(value.AsNumber()),
        RespKind.Truth => JsonValue.Create(value.AsTruth()),
        RespKind.Real when double.IsFinite(value.AsReal()) => JsonValue.Create(value.AsReal()),
        RespKind.Map when value.AsPairs().All(pair => pair.Key.Kind is RespKind.BulkString or RespKind.SimpleString) => Map(value),
        RespKind.Array or RespKind.Set or RespKind.Push or RespKind.Map => new JsonArray([.. value.Items.Select(Json)]),
        RespKind.Error => JsonValue.Create($"(error) {value.AsText()}"),
        _ => JsonValue.Create(value.AsText()),
    };

    private static JsonObject Map(RespValue value)
    {
        var map = new JsonObject();
        foreach (var (key, item) in value.AsPairs())
        {
            map[key.AsText()] = Json(item);
        }

        return map;
    }
}
