using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.Operations;

/// <summary>One JSON document a line, for programs.</summary>
internal sealed class EventView(string operation, TextWriter output, TextWriter error) : OperationView(operation)
{
    private readonly Lock _gate = new();

    public override void Report(ClusterProgress value) => Write(
        new ProgressEvent("progress", value.Elapsed.TotalSeconds, value.Message, value.Reason, value.Work?.Done, value.Work?.Total, value.Work?.Unit),
        OperationJson.Lines.ProgressEvent);

    public override Task ShowAsync(ClusterPlan plan)
    {
        Write(PlanEvent.Of(plan), OperationJson.Lines.PlanEvent);
        return Task.CompletedTask;
    }

    public override async Task EndAsync(OperationResult result)
    {
        if (result.Outcome is OperationOutcome.Planned or OperationOutcome.NothingToDo)
        {
            await ShowAsync(result.Plan).ConfigureAwait(false);
        }

        Write(
            new ResultEvent(
                "result", OutcomeText.Of(result.Outcome), result.StepsDone, result.Elapsed.TotalSeconds, ClusterReporter.Check(result.Observation, result.Report)),
            OperationJson.Lines.ResultEvent);
    }

    public override async Task FailAsync(string message, ExitCode? code = null)
    {
        Write(new ErrorEvent("error", (int?)code, message), OperationJson.Lines.ErrorEvent);
        await error.WriteLineAsync($"netbox: {message}").ConfigureAwait(false);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Write<T>(T line, JsonTypeInfo<T> type)
    {
        lock (_gate)
        {
            output.WriteLine(JsonSerializer.Serialize(line, type));
        }
    }
}
