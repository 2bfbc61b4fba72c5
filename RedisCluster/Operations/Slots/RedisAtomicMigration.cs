using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>CLUSTER MIGRATION of Redis from 8.4, which the target is told. It goes on retrying by itself until it is cancelled there.</summary>
internal sealed class RedisAtomicMigration(StepContext context, Repeater repeater, MoveSlots move) : AtomicMigration(context, repeater, move)
{
    private static readonly RespCommand Status = RespCommand.Of("CLUSTER", "MIGRATION", "STATUS", "ALL");

    protected override NodeEndpoint Keeper => Move.Target;

    protected override async Task<IReadOnlyList<AtomicJob>?> ListAsync(CancellationToken token)
    {
        var answer = await AskAsync(Status, token).ConfigureAwait(false);
        return IsLacking(answer) ? null
            : answer.IsError ? throw Refused(answer)
            : [.. answer.AsList().Where(task => Text(task, "operation") == "import").Select(Read)];
    }

    protected override RespCommand Start(SlotSet slots) => RespCommand.Of(["CLUSTER", "MIGRATION", "IMPORT", .. SlotCommands.Ends(slots)]);

    protected override string? NameOf(RespValue answer) => answer.AsText();

    protected override RespCommand Cancel(AtomicJob job) => RespCommand.Of("CLUSTER", "MIGRATION", "CANCEL", "ID", job.Id);

    private static AtomicJob Read(RespValue task) => new(
        Text(task, "id"),
        SlotSet.TryParse(Text(task, "slots"), out var slots) ? slots : null,
        Text(task, "state") switch
        {
            "completed" => AtomicState.Done,
            "failed" => AtomicState.Failed,
            "canceled" or "cancelled" => AtomicState.Cancelled,
            _ => AtomicState.Active,
        },
        Text(task, "last_error") is { Length: > 0 } error ? $"{error}, {Text(task, "retries")} retries" : "");

    private static string Text(RespValue task, string field) => task.Find(field) is { IsNull: false } value ? value.AsText() : "";
}
