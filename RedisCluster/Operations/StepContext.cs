using System.Globalization;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>What the steps of one run share: connections, time, the log, and what is being waited for.</summary>
internal sealed class StepContext(NodePool pool, ClusterConnectionSettings settings, TimeProvider time, ProgressLog log, StallGuard? stall = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    private volatile string _obstacle = "the nodes did not answer in time";

    public NodePool Pool => pool;

    /// <summary>For connections that a step needs for itself alone.</summary>
    public ClusterConnectionSettings Settings => settings;

    public TimeProvider Time => time;

    public ProgressLog Log => log;

    /// <summary>What the run is waiting for, for the message when time is up: name the node, the slot, the link.</summary>
    public string Obstacle
    {
        get => _obstacle;
        set => _obstacle = value;
    }

    /// <summary>To be called by a long step whenever it got on, so that it is not taken for one that hangs.</summary>
    public void Progressed() => stall?.Progressed();

    /// <summary>A setting of a node that is a number; null where the node does not tell it.</summary>
    /// <exception cref="RespException">There is no answer, or the node refuses one.</exception>
    public async Task<long?> NumberAsync(NodeEndpoint node, string setting, CancellationToken token)
    {
        var answer = await pool.SendAsync(node, RespCommand.Of("CONFIG", "GET", setting), token).ConfigureAwait(false);
        return answer.Find(setting) is { } value && long.TryParse(value.AsText(), CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Asks until there is no obstacle left; what it last was is told when time is up.</summary>
    public async Task UntilAsync(Func<Task<string?>> ask, CancellationToken token)
    {
        var start = time.GetTimestamp();
        while (await ask().ConfigureAwait(false) is { } obstacle)
        {
            Obstacle = obstacle;
            await Task.Delay(time.GetElapsedTime(start) < Soon ? Pause : LongPause, time, token).ConfigureAwait(false);
        }
    }
}
