using System.Collections.Concurrent;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Waits until replicas have what their masters have.</summary>
internal sealed class ReplicaSteps(StepContext context)
{
    private const string SyncDelay = "repl-diskless-sync-delay";

    private static readonly TimeSpan PutBackLimit = TimeSpan.FromSeconds(2);

    public async Task AwaitAsync(AwaitReplicas step, CancellationToken token)
    {
        var delays = new ConcurrentDictionary<NodeEndpoint, long>();
        try
        {
            await Task.WhenAll(step.EmptyMasters.Select(master => HurryAsync(master, delays, token))).ConfigureAwait(false);
            await Task.WhenAll(step.Replicas.Select(replica => AwaitLinkAsync(replica, token))).ConfigureAwait(false);
        }
        finally
        {
            using var limit = new CancellationTokenSource(PutBackLimit, context.Time);
            await Task.WhenAll(delays.Select(delay => PutBackAsync(delay.Key, delay.Value, limit.Token))).ConfigureAwait(false);
        }
    }

    // A master that waits is only slow: who does not tell, or may not be told, keeps the delay.
    private async Task HurryAsync(NodeEndpoint master, ConcurrentDictionary<NodeEndpoint, long> delays, CancellationToken token)
    {
        try
        {
            if (await context.NumberAsync(master, SyncDelay, token).ConfigureAwait(false) is > 0 and { } delay)
            {
                delays[master] = delay;
                await context.Pool.SendAsync(master, RespCommand.Of("CONFIG", "SET", SyncDelay, 0), token).ConfigureAwait(false);
            }
        }
        catch (RespException)
        {
            // It shows in the links, where it matters.
        }
    }

    private async Task PutBackAsync(NodeEndpoint master, long delay, CancellationToken token)
    {
        try
        {
            await context.Pool.SendAsync(master, RespCommand.Of("CONFIG", "SET", SyncDelay, delay), token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RespException or OperationCanceledException)
        {
            context.Log.Report($"{master.ToClientString()}: {SyncDelay} was not put back to {delay}", error is RespException ? error.Message : "it does not answer");
        }
    }

    private Task AwaitLinkAsync(NodeEndpoint replica, CancellationToken token) =>
        context.UntilAsync(
            async () =>
            {
                var text = await context.Pool.SendAsync(replica, RespCommand.Of("INFO", "replication"), token).ConfigureAwait(false);
                var replication = ServerInfo.Parse(text.AsText()).Replication;
                return replication is { IsMasterLinkUp: true, IsSyncInProgress: not true }
                    ? null
                    : $"replica {replica.ToClientString()} has no link to its master {replication?.MasterHost}:{replication?.MasterPort} yet";
            },
            token);
}
