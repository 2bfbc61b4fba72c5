using System.Security.Cryptography;
using NetBox.Tools.Cluster;
using NetBox.Tools.Drills.Load;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Drills;

/// <summary>
/// Says, as a key of the cluster, that a drill runs on it: two faults at once are a third one, of which nobody was told, and two that hand
/// masters back undo each other's work. It goes with its drill, or by itself soon after a drill that was killed.
/// </summary>
internal sealed class DrillMark : IAsyncDisposable
{
    public const string Key = "netbox:drill:running";

    private const int Lifetime = 30;
    private const int Tries = 20;
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly string _id = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly CancellationTokenSource _stop = new();
    private readonly ShardClient _client;
    private readonly TimeProvider _time;
    private Task _renewing = Task.CompletedTask;

    private DrillMark(DrillScene scene, ClusterTarget target, TimeProvider time)
    {
        var shard = scene.Shards.First(shard => shard.Slots.Contains(HashSlot.Of(Key)));
        var others = scene.Nodes.Where(node => node.Id != shard.Master.Id).OrderByDescending(node => shard.Replicas.Contains(node)).Select(node => node.Endpoint);
        _client = new ShardClient(shard.Master.Endpoint, others, target, ClusterLoad.Patience(scene.NodeTimeout));
        _time = time;
    }

    /// <exception cref="NetBoxException">Another drill runs (refused).</exception>
    public static async Task<DrillMark> SetAsync(DrillScene scene, ClusterTarget target, TimeProvider time, CancellationToken cancellationToken)
    {
        var mark = new DrillMark(scene, target, time);
        try
        {
            // Where it cannot be written the drill's own writes will tell.
            if (await mark.AskAsync(RespCommand.Of("SET", Key, mark._id, "NX", "GET", "EX", Lifetime), cancellationToken).ConfigureAwait(false) is { IsNull: false } before
                && before.AsText() != mark._id)
            {
                throw new NetBoxException(
                    ExitCode.Refused, $"another drill runs on this cluster, or was killed less than {Lifetime} s ago: one at a time. Nothing was done; run it again when that one is over");
            }
        }
        catch
        {
            await mark._client.DisposeAsync().ConfigureAwait(false);
            mark._stop.Dispose();
            throw;
        }

        mark._renewing = Task.Run(mark.RenewAsync, CancellationToken.None);
        return mark;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var limit = new CancellationTokenSource(Patience, _time);
        try
        {
            if (await AskAsync(RespCommand.Of("GET", Key), limit.Token).ConfigureAwait(false) is { IsNull: false } mark && mark.AsText() == _id)
            {
                await AskAsync(RespCommand.Of("UNLINK", Key), limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Its shard does not answer; the mark goes by itself.
        }

        await _client.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(Renewal, _time, _stop.Token).ConfigureAwait(false);
            await AskAsync(RespCommand.Of("SET", Key, _id, "EX", Lifetime), _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task<RespValue?> AskAsync(RespCommand command, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var outcome = await _client.TryAsync([command], cancellationToken).ConfigureAwait(false);
            if (outcome.Answers is { } answers)
            {
                return answers[0];
            }

            if (outcome.Error is not null)
            {
                await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }
}
