using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetBox.Tools.Reports;
using RedisCluster.Planning;

namespace NetBox.Tools.Operations;

internal sealed record StepEvent(string Phase, string Step, string Reason);

/// <summary>What is going to be done.</summary>
internal sealed record PlanEvent(string Event, string Operation, IReadOnlyList<StepEvent> Steps, IReadOnlyList<string> Warnings)
{
    public static PlanEvent Of(ClusterPlan plan) => new(
        "plan",
        plan.Operation,
        [.. plan.Phases.SelectMany(phase => phase.Steps.Select(step => new StepEvent(phase.Name, step.Describe(), step.Reason)))],
        plan.Warnings);
}

/// <summary>Something was done; with numbers where the whole can be counted.</summary>
internal sealed record ProgressEvent(string Event, double Seconds, string Message, string? Reason, long? Done, long? Total, string? Unit);

/// <summary>How it ended, with the check.</summary>
internal sealed record ResultEvent(string Event, string Outcome, int StepsDone, double Seconds, ClusterCheckReport Check);

/// <summary>Why it ended early; the code is the exit code, null when it was interrupted.</summary>
internal sealed record ErrorEvent(string Event, int? Code, string Message);

/// <summary>Events a line each: camelCase names, what is null left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PlanEvent))]
[JsonSerializable(typeof(ProgressEvent))]
[JsonSerializable(typeof(ResultEvent))]
[JsonSerializable(typeof(ErrorEvent))]
internal sealed partial class OperationJson : JsonSerializerContext
{
    public static OperationJson Lines { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
