using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>The counter in the cluster.</summary>
internal sealed class RedisHitStore(
    StoreConnections connections,
    CounterOwner owner,
    TopologyRefresh topology,
    ReplicaWatch replicas,
    HitMeters meters,
    HitCounterOptions options,
    TimeProvider time) : IHitStore
{
    // A replica confirms within a millisecond or so; the second figure is for a master that is known to have none.
    private static readonly TimeSpan ReplicaWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AloneWait = TimeSpan.FromMilliseconds(10);

    private ScriptCall? _call;
    private (string Writer, long Sequence) _confirmedByMaster;

    public async Task<HitWriteOutcome> AddAsync(HitWrite write, CancellationToken cancellationToken)
    {
        var writer = await connections.WriterAsync(cancellationToken);
        IServer? server = null;
        try
        {
            server = owner.Get(writer);
            var call = _call is { } last && last.Server.EndPoint.Equals(server.EndPoint) ? last : _call = new ScriptCall(server, meters, time);
            var wait = options.Durability == Durability.Local ? TimeSpan.Zero : replicas.IsAlone(server.EndPoint) ? AloneWait : ReplicaWait;
            var (outcome, confirmations) = await call.RunAsync(write, wait).WaitAsync(cancellationToken);
            // A repetition for want of a replica is no answer that got lost.
            var known = _confirmedByMaster == (write.Writer, write.Sequence);
            _confirmedByMaster = (write.Writer, write.Sequence);
            RequireReplica(writer, server, confirmations);
            return outcome with { AlreadyDone = outcome.AlreadyDone && !known };
        }
        catch (OperationCanceledException)
        {
            LookAround(writer, server, "no answer in time");
            throw;
        }
        catch (Exception exception) when (StoreFaults.IsFault(exception))
        {
            if (StoreFaults.TopologyMayHaveChanged(exception))
            {
                LookAround(writer, server, "a write failed");
            }

            throw StoreFaults.ToFault(exception);
        }
    }

    public async Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        var reader = await connections.ReaderAsync(cancellationToken);
        RedisValue value;
        try
        {
            value = await reader.GetDatabase().StringGetAsync(CounterKeys.Total, CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            topology.Request(reader, "no answer in time");
            throw;
        }
        catch (Exception exception) when (StoreFaults.IsFault(exception))
        {
            if (StoreFaults.TopologyMayHaveChanged(exception))
            {
                topology.Request(reader, "a read failed");
            }

            throw StoreFaults.ToFault(exception);
        }

        return value.IsNull
            ? 0
            : value.TryParse(out long count)
                ? count
                : throw new StoreFaultException($"the key {CounterKeys.Total} holds something that is no number", retriable: false);
    }

    private void RequireReplica(IConnectionMultiplexer writer, IServer server, int confirmations)
    {
        if (options.Durability == Durability.Local)
        {
            return;
        }

        if (confirmations > 0)
        {
            replicas.ReplicaConfirmed(server.EndPoint);
        }
        else if (options.Durability == Durability.Strict || !replicas.MayAcknowledgeAlone(writer, server.EndPoint))
        {
            throw new StoreFaultException($"no replica of {server.EndPoint} has confirmed the write", retriable: true);
        }
    }

    private void LookAround(IConnectionMultiplexer writer, IServer? failed, string reason)
    {
        owner.Doubt(writer, failed);
        topology.Request(writer, reason);
        replicas.Look(writer);
    }
}
