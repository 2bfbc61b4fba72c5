using System.Runtime.CompilerServices;
using RedisCluster.Protocol;

namespace RedisCluster.Operations.Backup;

/// <summary>A key as the source had it at one moment.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Payload">What DUMP says; null when it is gone.</param>
/// <param name="TimeToLive">Milliseconds; 0 for ever.</param>
internal sealed record SourceKey(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Payload, long TimeToLive);

/// <summary>Reads keys of the server that is imported from, and takes them away there once they are safe.</summary>
/// <remarks>
/// A key is deleted only while it is exactly what was copied: it is watched (WATCH) before it is read, and deleted in a transaction, which
/// the server gives up when any client, or its expiry, has touched the key since. Unlike MIGRATE this needs no way from the source to the
/// nodes of the cluster, no password of theirs on it, and does not block it while a value travels.
/// </remarks>
internal sealed class SourceConnection(RespConnection connection)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(5);

    public Task WatchAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken token) =>
        connection.SendAsync(RespCommand.Of(["WATCH", .. keys.Select(key => (RespArgument)key)]), token);

    public Task UnwatchAsync(CancellationToken token) => connection.SendAsync(RespCommand.Of("UNWATCH"), token);

    public async Task<SourceKey[]> ReadAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken token)
    {
        // All under way at once; the time to live right behind the value, so that as little as possible lies between.
        var asked = keys.Select(key => (
            Key: key,
            Dump: connection.SendAsync(RespCommand.Of("DUMP", key).WithTimeout(AnswerLimit), token),
            Left: connection.SendAsync(RespCommand.Of("PTTL", key).WithTimeout(AnswerLimit), token))).ToArray();
        var read = new SourceKey[asked.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            var dump = await asked[i].Dump.ConfigureAwait(false);
            var left = (await asked[i].Left.ConfigureAwait(false)).AsNumber();

            // A bare null would become an empty array here, and that an empty value.
            ReadOnlyMemory<byte>? payload = dump.IsNull || left == -2 ? default(ReadOnlyMemory<byte>?) : dump.Bytes;
            read[i] = new(asked[i].Key, payload, left switch { < 0 => 0, 0 => 1, _ => left });
        }

        return read;
    }

    /// <summary>Deletes keys that are watched. False when one of those watched has changed: then nothing was deleted.</summary>
    public async Task<bool> DeleteAsync(IReadOnlyList<ReadOnlyMemory<byte>> keys, CancellationToken token)
    {
        Task<RespValue>[] sent =
        [
            connection.SendAsync(RespCommand.Of("MULTI"), token),
            connection.SendAsync(RespCommand.Of(["UNLINK", .. keys.Select(key => (RespArgument)key)]), token),
            connection.SendAsync(RespCommand.Of("EXEC").WithTimeout(AnswerLimit), token),
        ];
        var answers = await Task.WhenAll(sent).ConfigureAwait(false);
        return !answers[2].IsNull;
    }

    /// <summary>All keys, some of them perhaps twice.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>[]> ScanAsync([EnumeratorCancellation] CancellationToken token)
    {
        RespArgument cursor = 0;
        while (true)
        {
            var page = (await connection.SendAsync(RespCommand.Of("SCAN", cursor, "COUNT", 1000), token).ConfigureAwait(false)).AsList();
            if (page[1].Items.Count > 0)
            {
                yield return [.. page[1].Items.Select(key => key.Bytes)];
            }

            cursor = page[0].Bytes;
            if (page[0].AsText() == "0")
            {
                yield break;
            }
        }
    }
}
