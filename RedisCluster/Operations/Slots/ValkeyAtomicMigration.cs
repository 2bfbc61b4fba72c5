using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>CLUSTER MIGRATESLOTS of Valkey from 9.0, which the source is told.</summary>
internal sealed class ValkeyAtomicMigration(StepContext context, Repeater repeater, MoveSlots move) : AtomicMigration(context, repeater, move)
{
    private static readonly RespCommand Migrations = RespCommand.Of("CLUSTER", "GETSLOTMIGRATIONS");

    protected override NodeEndpoint Keeper => Move.Source;

    protected override async Task<IReadOnlyList<AtomicJob>?> ListAsync(CancellationToken token)
    {
        var answer = await AskAsync(Migrations, token).ConfigureAwait(false);
        return IsLacking(answer) ? null
            : answer.IsError ? throw Refused(answer)
            : [.. answer.AsList().Where(job => Text(job, "operation") == "EXPORT").Select(Read)];
    }

    protected override RespCommand Start(SlotSet slots) =>
        RespCommand.Of(["CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", .. SlotCommands.Ends(slots), "NODE", Move.TargetId.ToString()]);

    // It answers OK: the one that is new is ours.
    protected override string? NameOf(RespValue answer) => null;

    // There is no other: it cancels whatever this node sends to anybody.
    protected override RespCommand Cancel(AtomicJob job) => RespCommand.Of("CLUSTER", "CANCELSLOTMIGRATIONS");

    private static AtomicJob Read(RespValue job) => new(
        Text(job, "name"),
        SlotSet.TryParse(Text(job, "slot_ranges"), out var slots) ? slots : null,
        Text(job, "state") switch
        {
            "success" => AtomicState.Done,
            "failed" => AtomicState.Failed,
            "cancelled" or "canceled" => AtomicState.Cancelled,
            _ => AtomicState.Active,
        },
        Text(job, "message"));

    private static string Text(RespValue job, string field) => job.Find(field) is { IsNull: false } value ? value.AsText() : "";
}
