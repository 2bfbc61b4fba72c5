using System.Buffers.Text;
using System.Text;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>
/// Writes that leave nothing behind: DEL of a key that nobody has. A node refuses it like any write as long as it accepts none
/// (CLUSTERDOWN, NOREPLICAS, MISCONF), and answers 0 from then on.
/// </summary>
internal static class ProbeKeys
{
    /// <summary>One command per slot, with a key of that slot that was never used before.</summary>
    public static IReadOnlyDictionary<int, RespCommand> Commands(IEnumerable<int> slots)
    {
        var wanted = slots.ToHashSet();
        var found = new Dictionary<int, RespCommand>(wanted.Count);
        Span<byte> tag = stackalloc byte[20];
        for (var i = 0; wanted.Count > 0; i++)
        {
            Utf8Formatter.TryFormat(i, tag, out var length);
            var slot = HashSlot.Of(tag[..length]);
            if (wanted.Remove(slot))
            {
                found.Add(slot, RespCommand.Of("DEL", $"{{{Encoding.ASCII.GetString(tag[..length])}}}redis-cluster-probe:{Guid.NewGuid():n}"));
            }
        }

        return found;
    }
}
