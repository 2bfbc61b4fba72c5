using RedisCluster.Protocol;

namespace RedisCluster.Topology;

/// <summary>Reads the maps of CLUSTER SHARDS.</summary>
internal static class ClusterShardsParser
{
    public static ClusterShard ParseShard(RespValue shard, string where)
    {
        var nodes = Field(shard, "nodes", where, v => v.AsList());
        return new ClusterShard(
            Field(shard, "slots", where, ParseSlots),
            [.. nodes.Select((node, i) => ParseNode(node, $"{where} node {i + 1}"))]);
    }

    private static SlotSet ParseSlots(RespValue value)
    {
        var ends = value.AsList();
        if (ends.Count % 2 != 0)
        {
            throw new FormatException("a range lacks its end");
        }

        var ranges = new SlotRange[ends.Count / 2];
        for (var i = 0; i < ranges.Length; i++)
        {
            var (first, last) = (ends[2 * i].AsNumber(), ends[(2 * i) + 1].AsNumber());
            ranges[i] = first >= 0 && first <= last && last < HashSlot.Count
                ? new SlotRange((int)first, (int)last)
                : throw new FormatException($"'{first}-{last}' is not a range of slots");
        }

        return SlotSet.Of(ranges);
    }

    private static ShardNode ParseNode(RespValue node, string where) =>
        new(
            Field(node, "id", where, v => NodeId.Parse(v.AsText())),
            Field(node, "ip", where, v => v.AsText()),
            Optional(node, "hostname", where, v => v.AsText()) ?? "",
            Optional(node, "port", where, Port),
            Optional(node, "tls-port", where, Port),
            Field(node, "role", where, v => v.AsText() switch
            {
                "master" => true,
                "replica" or "slave" => false,
                var other => throw new FormatException($"'{other}' is not a role"),
            }),
            Field(node, "replication-offset", where, v => v.AsNumber()),
            Field(node, "health", where, v => v.AsText()));

    private static int? Port(RespValue value) =>
        value.AsNumber() is >= 0 and <= 65535 and var port ? (int)port : throw new FormatException($"'{value}' is not a port");

    private static T Field<T>(RespValue map, string name, string where, Func<RespValue, T> read)
    {
        try
        {
            return read(map.Find(name) ?? throw new FormatException("is missing"));
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw new FormatException($"{where}, {name}: {error.Message}", error);
        }
    }

    private static T? Optional<T>(RespValue map, string name, string where, Func<RespValue, T> read) =>
        map.Find(name) is { IsNull: false } ? Field(map, name, where, read) : default;
}
