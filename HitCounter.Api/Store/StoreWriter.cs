using System.Collections.Concurrent;
using System.Net;
using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>Writes over a connection to each node that nothing else uses.</summary>
internal sealed class StoreWriter(
    Func<CancellationToken, Task<IConnectionMultiplexer>> connect,
    TopologyRefresh topology,
    ReplicaWatch replicas,
    HitMeters meters,
    HitCounterOptions options,
    TimeProvider time)
{
    // A replica confirms within a millisecond or so; the second figure is for a master that is known to have none.
    private static readonly TimeSpan ReplicaWait = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AloneWait = TimeSpan.FromMilliseconds(10);

    private readonly CounterOwner _owner = new(time);
    private readonly ConcurrentDictionary<EndPoint, ScriptCall> _calls = new();

    /// <summary>One attempt of a write; see <see cref="IHitStore.AddAsync"/>.</summary>
    public async Task<HitWriteOutcome> AddAsync(HitWrite write, CancellationToken cancellationToken)
    {
        var store = await connect(cancellationToken);
        IServer? server = null;
        try
        {
            server = _owner.Get(store, write.Page);
            var wait = options.Durability == Durability.Local ? TimeSpan.Zero : replicas.IsAlone(server.EndPoint) ? AloneWait : ReplicaWait;
            var (outcome, confirmations) = await Call(server).RunAsync(write, wait).WaitAsync(cancellationToken);
            RequireReplica(store, server, confirmations);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            LookAround(store, write.Page, server, "no answer in time");
            throw;
        }
        catch (Exception exception) when (StoreFaults.IsFault(exception))
        {
            if (StoreFaults.TopologyMayHaveChanged(exception))
            {
                LookAround(store, write.Page, server, "a write failed");
            }

            throw StoreFaults.ToFault(exception);
        }
    }

    private ScriptCall Call(IServer server)
        => _calls.TryGetValue(server.EndPoint, out var call) ? call : _calls.GetOrAdd(server.EndPoint, _ => new ScriptCall(server, meters, time));

    private void RequireReplica(IConnectionMultiplexer store, IServer server, int confirmations)
    {
        if (options.Durability == Durability.Local)
        {
            return;
        }

        if (confirmations > 0)
        {
            replicas.ReplicaConfirmed(server.EndPoint);
        }
        else if (options.Durability == Durability.Strict || !replicas.MayAcknowledgeAlone(store, server.EndPoint))
        {
            throw new StoreFaultException($"no replica of {server.EndPoint} has confirmed the write", retriable: true) { MasterHasIt = true };
        }
    }

    private void LookAround(IConnectionMultiplexer store, Page page, IServer? failed, string reason)
    {
        _owner.Doubt(store, page, failed);
        topology.Request(store, reason);
        replicas.Look(store);
    }
}
