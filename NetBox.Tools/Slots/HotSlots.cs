using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Slots;

/// <summary>Asks all masters which of their slots are used most. A server that does not count is a note, not a failure.</summary>
internal sealed class HotSlots(ClusterTarget target, TimeProvider time)
{
    private static readonly RespCommand All = RespCommand.Of("CLUSTER", "SLOT-STATS", "SLOTSRANGE", 0, HashSlot.Count - 1);

    /// <param name="cluster">Whom to ask.</param>
    /// <param name="count">How many slots to tell.</param>
    /// <param name="over">Over which time to count; null is since the servers began to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<HotSlotsReport> ReadAsync(ClusterObservation cluster, int count, TimeSpan? over, CancellationToken cancellationToken)
    {
        var masters = cluster.Reachable.Where(node => node.View is { Myself: { IsMaster: true, Slots.IsEmpty: false } }).ToList();
        var answers = await Task.WhenAll(masters.Select(node => ReadAsync(node, over, cancellationToken))).ConfigureAwait(false);
        var slots = answers.SelectMany(answer => answer.Slots).ToList();
        var cpu = slots.Exists(slot => slot.CpuMicroseconds is not null);
        return new(
            over?.TotalMilliseconds,
            cpu ? SlotStatistics.ByCpu : SlotStatistics.ByKeys,
            [
                .. slots
                    .Where(slot => cpu ? slot.CpuMicroseconds > 0 : slot.Keys > 0)
                    .OrderByDescending(slot => cpu ? slot.CpuMicroseconds : slot.Keys).ThenBy(slot => slot.Slot)
                    .Take(count),
            ],
            [
                .. answers.Where(answer => answer.Note is not null).GroupBy(answer => answer.Note!, answer => answer.Node)
                    .Select(note => $"{string.Join(", ", note.Order(StringComparer.Ordinal))}: {note.Key}"),
            ]);
    }

    private async Task<(string Node, IReadOnlyList<HotSlot> Slots, string? Note)> ReadAsync(NodeObservation node, TimeSpan? over, CancellationToken cancellationToken)
    {
        var name = node.Endpoint.ToClientString();
        try
        {
            var connection = await RespConnection.ConnectAsync(node.Endpoint.Host, node.Endpoint.Port, target.ConnectionOptions, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var before = over is null ? [] : SlotStatistics.Parse(await connection.SendAsync(All, cancellationToken).ConfigureAwait(false)).ToDictionary(slot => slot.Slot);
            if (over is { } period)
            {
                await Task.Delay(period, time, cancellationToken).ConfigureAwait(false);
            }

            var counted = SlotStatistics.Parse(await connection.SendAsync(All, cancellationToken).ConfigureAwait(false))
                .Select(slot => over is null ? slot : slot.Since(before.GetValueOrDefault(slot.Slot)))
                .Select(slot => new HotSlot(slot.Slot, name, slot.Keys, slot.CpuMicroseconds, slot.BytesIn, slot.BytesOut))
                .ToList();
            return (name, counted, counted.Count > 0 && counted[0].CpuMicroseconds is null
                ? "counts only keys per slot; CONFIG SET cluster-slot-stats-enabled yes makes it count time and bytes"
                : null);
        }
        catch (RespServerException exception) when (exception.Code == "ERR")
        {
            return (name, [], $"{node.Version?.ToString() ?? "this server"} does not count per slot ({SlotStatistics.Command} came with Redis 8.2 and Valkey 8.0); --keys counts the keys");
        }
        catch (Exception exception) when (exception is RespException or FormatException)
        {
            return (name, [], exception.Message);
        }
    }
}
