using System.Globalization;
using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>The counter in the cluster.</summary>
internal sealed class RedisHitStore(StoreConnections connections, TopologyRefresh topology) : IHitStore
{
    public async Task<HitWriteOutcome> AddAsync(HitWrite write, CancellationToken cancellationToken)
    {
        var writer = await connections.WriterAsync(cancellationToken);
        return await GuardAsync(writer, async () =>
        {
            var server = writer.GetServer(CounterKeys.Total, flags: CommandFlags.DemandMaster);
            var answer = await EvaluateAsync(server, write).WaitAsync(cancellationToken);
            return new HitWriteOutcome((long)answer[0], AlreadyDone: (int)answer[1] == 1);
        });
    }

    public async Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        var reader = await connections.ReaderAsync(cancellationToken);
        return await GuardAsync(reader, async () =>
        {
            var value = await reader.GetDatabase().StringGetAsync(CounterKeys.Total, CommandFlags.DemandMaster).WaitAsync(cancellationToken);
            return value.IsNull
                ? 0
                : value.TryParse(out long count)
                    ? count
                    : throw new StoreFaultException($"the key {CounterKeys.Total} holds something that is no number", retriable: false);
        });
    }

    private static async Task<RedisResult> EvaluateAsync(IServer server, HitWrite write)
    {
        try
        {
            return await server.ExecuteAsync("EVALSHA", Arguments(HitScript.Sha, write), CommandFlags.DemandMaster | CommandFlags.NoRedirect);
        }
        catch (RedisServerException exception) when (StoreFaults.IsNoScript(exception))
        {
            return await server.ExecuteAsync("EVAL", Arguments(HitScript.Text, write), CommandFlags.DemandMaster | CommandFlags.NoRedirect);
        }
    }

    private static object[] Arguments(string script, HitWrite write) =>
    [
        script, 2, CounterKeys.Total, CounterKeys.Writer(write.Writer),
        write.Sequence.ToString(CultureInfo.InvariantCulture), write.Hits, HitScript.EntryLifeSeconds,
    ];

    private async Task<T> GuardAsync<T>(IConnectionMultiplexer multiplexer, Func<Task<T>> attempt)
    {
        try
        {
            return await attempt();
        }
        catch (OperationCanceledException)
        {
            topology.Request(multiplexer, "no answer in time");
            throw;
        }
        catch (Exception exception) when (StoreFaults.IsFault(exception))
        {
            if (StoreFaults.TopologyMayHaveChanged(exception))
            {
                topology.Request(multiplexer, "a write or read failed");
            }

            throw StoreFaults.ToFault(exception);
        }
    }
}
