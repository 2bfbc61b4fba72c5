using System.Text.RegularExpressions;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using NetBox.Tools.Topology;
using RedisCluster.Topology;

namespace Unit.NetBox.Topology;

/// <summary>Pictures of up to eight nodes in any roles and states; two of them may well be of the same cluster.</summary>
internal static partial class RandomPicture
{
    public static ClusterPicture Of(int seed)
    {
        var random = new Random(seed);
        var nodes = Enumerable.Range(0, 8).Where(_ => random.Next(5) > 0).ToArray();
        random.Shuffle(nodes);
        var masters = nodes.Take(random.Next(1, 4)).ToArray();
        var ranges = Cut(random, masters.Length);
        return new(
            SampleCluster.Time,
            random.Next(3) == 0 ? "fail" : "ok",
            0,
            null,
            0,
            [
                .. masters.Select((master, i) => new ShardPicture(
                    SlotSpan.Of(ranges[i]),
                    ranges[i].Count,
                    null,
                    Node(random, master, null),
                    [.. nodes.Skip(masters.Length).Where((_, at) => at % masters.Length == i).Select(replica => Node(random, replica, master))])),
            ],
            random.Next(3) == 0 ? [new NodePicture(null, "127.0.0.1:7999", null, "", null, Roles.Unknown, States.Unreachable, null, null, null, null, null, [], null, null, "no answer")] : [],
            [],
            []);
    }

    public static string?[] Owners(ClusterPicture picture)
    {
        var owners = new string?[HashSlot.Count];
        foreach (var shard in picture.Shards)
        {
            foreach (var slot in shard.Slots.SelectMany(span => Enumerable.Range(span.First, span.Last - span.First + 1)))
            {
                owners[slot] = shard.Master.Id;
            }
        }

        return owners;
    }

    public static IEnumerable<int> SlotsIn(string text) => SlotSet.Parse(Listed().Match(text).Groups[1].Value);

    // Some slots may have no owner.
    private static SlotSet[] Cut(Random random, int parts)
    {
        var ends = Enumerable.Range(0, parts + 1).Select(_ => random.Next(9) * 2048).Order().ToArray();
        return [.. Enumerable.Range(0, parts).Select(i => ends[i] == ends[i + 1] ? SlotSet.Empty : SlotSet.Of(new SlotRange(ends[i], ends[i + 1] - 1)))];
    }

    private static NodePicture Node(Random random, int node, int? master)
    {
        var answers = random.Next(4) > 0;
        var failed = random.Next(4) == 0;
        return new(
            SampleCluster.Id(node),
            SampleCluster.Endpoint(node).ToClientString(),
            SampleCluster.Endpoint(node).ToClientString(),
            "127.0.0.1",
            null,
            master is null ? Roles.Master : Roles.Replica,
            failed ? States.Failed : answers ? States.Ok : States.Unreachable,
            master is { } id ? SampleCluster.Id(id) : null,
            answers ? new(10, master is null ? null : random.Next(2) == 0 ? "up" : "down", null, null) : null,
            null,
            null,
            null,
            [master is null ? "master" : "slave", .. failed ? (string[])["fail"] : []],
            1,
            "Redis 7.0.15",
            answers ? null : "connection refused");
    }

    [GeneratedRegex(@"(?:\(|: slots )([0-9,-]+)")]
    private static partial Regex Listed();
}
