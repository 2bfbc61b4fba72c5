using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>
/// A write that leaves nothing behind: DEL of a key that nobody has. A node refuses it like any write as long as it accepts none
/// (CLUSTERDOWN, NOREPLICAS, MISCONF), and answers 0 from then on.
/// </summary>
internal static class ProbeKey
{
    public static RespCommand Command(int slot) => RespCommand.Of("DEL", KeyOf(slot));

    public static string KeyOf(int slot)
    {
        for (var i = 0; ; i++)
        {
            var tag = $"{{{i:x}}}";
            if (HashSlot.Of(tag) == slot)
            {
                return $"{tag}redis-cluster-probe:{Guid.NewGuid():n}";
            }
        }
    }
}
