using System.Globalization;
using System.Text;
using Integration.Support;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Backup;

/// <summary>Keys of every type in every encoding that a server has for it, and what a server says of them.</summary>
internal static class EveryType
{
    /// <summary>Writes them all, each to the owner of its slot.</summary>
    public static async Task WriteAsync(RedisServers servers, int shards)
    {
        await using var connections = await Connections.OpenAsync(servers, shards);
        var random = new Random(42);
        var noise = new byte[70_000];
        random.NextBytes(noise);
        List<Task> writes = [];
        void Write(string command, RespArgument key, params RespArgument[] words) =>
            writes.Add(connections.For(key).SendAsync(RespCommand.Of([command, key, .. words])));
        for (var i = 0; i < 40; i++)
        {
            Write("SET", $"string:{i}", $"value {i}");
            Write("SET", $"number:{i}", (long)Math.Pow(-7, i % 22));
        }

        Write("SET", "string:noise", noise);
        Write("SET", "string:compressed", string.Concat(Enumerable.Repeat("the same again and again, ", 5000)));
        Write("SET", "string:empty", "");
        Write("SET", new byte[] { 0, 1, 2, 255, (byte)'\r', (byte)'\n' }, "binary key");
        Write("SET", string.Concat(Enumerable.Repeat("long key ", 300)), "compressed key");
        Write("SET", "12345", "a key that is a number");
        Write("PFADD", "hyperloglog", [.. Range(2000)]);
        Write("RPUSH", "list:small", "a", "b", 3);
        Write("RPUSH", "list:large", [.. Range(3000)]);
        Write("RPUSH", "list:plain", noise, "between", noise);
        Write("SADD", "set:intset", 1, 2, 70000, long.MaxValue);
        Write("SADD", "set:small", "a", "b", "c");
        Write("SADD", "set:large", [.. Range(1500)]);
        Write("ZADD", "zset:small", 1, "a", "2.5", "b", "-inf", "c");
        Write("ZADD", "zset:large", [.. Range(500).SelectMany((member, i) => new[] { i, member })]);
        Write("HSET", "hash:small", "f", "v", "n", 1);
        Write("HSET", "hash:large", [.. Range(1200)]);
        Write("HSET", "hash:long", "f", noise);
        Write("GEOADD", "geo", "13.361389", "38.115556", "Palermo");
        for (var i = 0; i < 300; i++)
        {
            Write("XADD", "stream", "*", "field", $"value {i}");
        }

        writes.Add(connections.For("stream").SendAsync(RespCommand.Of("XGROUP", "CREATE", "stream", "group", 0)));
        writes.Add(connections.For("stream").SendAsync(RespCommand.Of("XREADGROUP", "GROUP", "group", "consumer-1", "COUNT", 20, "STREAMS", "stream", ">")));
        writes.Add(connections.For("stream").SendAsync(RespCommand.Of("XREADGROUP", "GROUP", "group", "consumer-2", "COUNT", 20, "STREAMS", "stream", ">")));
        writes.Add(connections.For("stream").SendAsync(RespCommand.Of("XGROUP", "CREATE", "stream", "idle-group", "$")));
        writes.Add(connections.For("stream").SendAsync(RespCommand.Of("XTRIM", "stream", "MAXLEN", 280)));
        Write("SET", "expires:late", "v", "PXAT", DateTimeOffset.UtcNow.AddDays(30).ToUnixTimeMilliseconds());
        Write("SET", "expires:never", "v");
        Write("HSET", "expires:hash", "f", "v");
        Write("PEXPIREAT", "expires:hash", DateTimeOffset.UtcNow.AddHours(7).ToUnixTimeMilliseconds());
        await Task.WhenAll(writes);
    }

    /// <summary>A function on every master, as a cluster has it.</summary>
    public static async Task WriteFunctionAsync(RedisServers servers, int shards)
    {
        for (var i = 0; i < shards; i++)
        {
            await servers[i].CallAsync("FUNCTION", "LOAD", "#!lua name=mylib\nredis.register_function('twice', function(keys, args) return args[1] * 2 end)");
        }
    }

    /// <summary>Each key with its value, expiry and encoding. Sets and hashes may come in another order from another server: they are put in order.</summary>
    public static async Task<SortedDictionary<string, string>> DescribeAsync(IEnumerable<RedisServer> masters)
    {
        var keys = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var server in masters)
        {
            await using var connection = await server.ConnectAsync();
            foreach (var key in (await connection.SendAsync(RespCommand.Of("KEYS", "*"))).Items)
            {
                keys.Add(Convert.ToHexString(key.Bytes.Span), await DescribeAsync(connection, key.Bytes));
            }
        }

        return keys;
    }

    private static async Task<string> DescribeAsync(RespConnection connection, ReadOnlyMemory<byte> key)
    {
        async Task<RespValue> Ask(params RespArgument[] words) => await connection.SendAsync(RespCommand.Of(words));
        var type = (await Ask("TYPE", key)).AsText();
        var content = type switch
        {
            "string" => [await Ask("GET", key)],
            "list" => (await Ask("LRANGE", key, 0, -1)).Items,
            "set" => Sorted((await Ask("SMEMBERS", key)).Items),
            "zset" => (await Ask("ZRANGE", key, 0, -1, "WITHSCORES")).Items,
            "hash" => Sorted((await Ask("HGETALL", key)).AsPairs().Select(pair => RespValue.Array(pair.Key, pair.Value))),
            "stream" => [await Ask("XINFO", "STREAM", key, "FULL", "COUNT", 0), await Ask("XRANGE", key, "-", "+")],
            _ => throw new NotSupportedException(type),
        };
        var expires = (await Ask("PEXPIRETIME", key)).AsNumber();
        var encoding = (await Ask("OBJECT", "ENCODING", key)).AsText();
        return string.Create(CultureInfo.InvariantCulture, $"{type} {encoding} {expires} {string.Join(' ', content.Select(Text))}");
    }

    private static IReadOnlyList<RespValue> Sorted(IEnumerable<RespValue> values) => [.. values.OrderBy(Text, StringComparer.Ordinal)];

    // Times that move by themselves, and the shape of the tree inside, are no part of a stream's content.
    private static string Text(RespValue value) => value.Kind switch
    {
        RespKind.Array or RespKind.Set => $"[{string.Join(' ', value.Items.Select(Text))}]",
        RespKind.Map => $"{{{string.Join(' ', value.AsPairs().Where(pair => pair.Key.AsText() is not ("radix-tree-keys" or "radix-tree-nodes" or "seen-time"))
            .Select(pair => $"{Text(pair.Key)}={Text(pair.Value)}"))}}}",
        RespKind.Null => "null",
        RespKind.BulkString => Encoding.Latin1.GetString(value.Bytes.Span),
        _ => value.AsText(),
    };

    private static IEnumerable<RespArgument> Range(int count) => Enumerable.Range(0, count).Select(i => (RespArgument)$"member {i}");
}
