using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>The counters in the cluster. The root and the pages are written over connections of their own: a WAIT holds up what is behind it.</summary>
internal sealed class RedisHitStore(
    StoreConnections connections,
    TopologyRefresh topology,
    ReplicaWatch replicas,
    HitMeters meters,
    HitCounterOptions options,
    TimeProvider time) : IHitStore
{
    private readonly StoreWriter _root = new(connections.WriterAsync, topology, replicas, meters, options, time);
    private readonly StoreWriter _pages = new(connections.PageWriterAsync, topology, replicas, meters, options, time);

    public Task<HitWriteOutcome> AddAsync(HitWrite write, CancellationToken cancellationToken)
        => (write.Page.IsRoot ? _root : _pages).AddAsync(write, cancellationToken);

    public async Task<long> ReadAsync(Page page, CancellationToken cancellationToken)
    {
        var reader = await connections.ReaderAsync(cancellationToken);
        var key = CounterKeys.Total(page);
        RedisValue value;
        try
        {
            value = await reader.GetDatabase().StringGetAsync(key, CommandFlags.DemandMaster).WaitAsync(cancellationToken);
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
                : throw new StoreFaultException($"the key {key} holds something that is no number", retriable: false);
    }
}
