using Integration.Operations.Slots;
using Integration.Support;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Fix;

/// <summary>
/// Makes, with the commands a migration consists of, what is left of one that was interrupted: slots of the first server on their way to the
/// last one. Of every three keys one has arrived, one is on both sides with the newer value at the first server, one has not left.
/// </summary>
internal sealed class HalfOpenSlots(RedisServers servers)
{
    /// <summary>What gossip goes on mending by itself, so that a plan made later may have less to do.</summary>
    public const string NotTold = "given away, and the old owner not told";

    private const string Deaf = "importing only, and deaf to the owner";

    private RedisServer Source => servers[0];

    private RedisServer Target => servers[3];

    private RedisServer Other => servers[2];

    public static TheoryData<string> Kinds =>
    [
        "open at both ends",
        "open at both ends, nothing moved",
        "open at both ends, and a third one importing with keys",
        "migrating only",
        "migrating only, nothing moved",
        "importing only",
        "importing only, everything moved",
        "importing only, nothing moved",
        Deaf,
        "different partners",
        "different partners, keys at both",
        "different partners, nothing moved",
        NotTold,
        "owned by nobody, keys at both ends",
        "owned by nobody, keys at one end",
        "owned by nobody, and only the owner knows",
        "keys outside the owner, nothing open",
    ];

    /// <summary>The first slots of the source that hold so many keys and more.</summary>
    public async Task<IReadOnlyList<int>> PickAsync(int count, int keys = 2)
    {
        var slots = new List<int>();
        await using var connection = await Source.ConnectAsync();
        foreach (var slot in (await Source.ViewAsync()).Myself.Slots)
        {
            if ((await SendAsync(connection, "CLUSTER", "COUNTKEYSINSLOT", slot)).AsNumber() >= keys)
            {
                slots.Add(slot);
            }

            if (slots.Count == count)
            {
                break;
            }
        }

        Assert.Equal(count, slots.Count);
        return slots;
    }

    public async Task MakeAsync(string kind, IReadOnlyList<int> slots)
    {
        var (source, target, other) = (await Source.IdAsync(), await Target.IdAsync(), await Other.IdAsync());
        await using var atSource = await Source.ConnectAsync();
        await using var atTarget = await Target.ConnectAsync();
        await using var atOther = await Other.ConnectAsync();
        foreach (var slot in slots)
        {
            Task Set(RedisServer server, params RespArgument[] what) =>
                SendAsync(server == Source ? atSource : server == Target ? atTarget : atOther, ["CLUSTER", "SETSLOT", slot, .. what]);

            async Task Begin(RedisServer to, NodeId id, params int[] moved)
            {
                await Set(to, "IMPORTING", source.ToString());
                await Set(Source, "MIGRATING", id.ToString());
                await MoveAsync(atSource, to, slot, moved);
            }

            switch (kind)
            {
                case "open at both ends":
                    await Begin(Target, target, 0, 1);
                    break;
                case "open at both ends, nothing moved":
                    await Begin(Target, target);
                    break;
                case "open at both ends, and a third one importing with keys":
                    await Begin(Other, other, 0);
                    await Set(Other, "IMPORTING", target.ToString());
                    await Begin(Target, target, 1);
                    break;
                case "migrating only":
                    await Begin(Target, target, 0, 1);
                    await Set(Target, "STABLE");
                    break;
                case "migrating only, nothing moved":
                    await Set(Source, "MIGRATING", target.ToString());
                    break;
                case "importing only":
                case Deaf:
                    await Begin(Target, target, 0, 1);
                    await Set(Source, "STABLE");
                    break;
                case "importing only, everything moved":
                    await Begin(Target, target, 0, 1, 2);
                    await MoveAsync(atSource, Target, slot, [0, 0, 0]);
                    await Set(Source, "STABLE");
                    break;
                case "importing only, nothing moved":
                    await Set(Target, "IMPORTING", source.ToString());
                    break;
                case "different partners":
                    await Begin(Other, other, 0, 1);
                    await Set(Source, "MIGRATING", target.ToString());
                    break;
                case "different partners, keys at both":
                    await Begin(Other, other, 1);
                    await Begin(Target, target, 0);
                    await Set(Target, "STABLE");
                    break;
                case "different partners, nothing moved":
                    await Set(Other, "IMPORTING", source.ToString());
                    await Set(Source, "MIGRATING", target.ToString());
                    break;
                case NotTold:
                    await Begin(Target, target, 0, 1, 2);
                    await MoveAsync(atSource, Target, slot, [0, 0, 0]);
                    await Set(Target, "NODE", target.ToString());
                    break;
                case "owned by nobody, keys at both ends":
                    await Begin(Target, target, 0);
                    break;
                case "owned by nobody, keys at one end":
                case "owned by nobody, and only the owner knows":
                    break;
                case "keys outside the owner, nothing open":
                    await Begin(Target, target, 0, 1);
                    await Set(Source, "STABLE");
                    await Set(Target, "STABLE");
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
            }
        }

        // From here on the cluster is down.
        if (kind.StartsWith("owned by nobody", StringComparison.Ordinal))
        {
            foreach (var slot in slots)
            {
                await DisownAsync(slot, kind.EndsWith("only the owner knows", StringComparison.Ordinal) ? [Source] : servers.Servers);
            }
        }
        else if (kind == Deaf)
        {
            // As after a failover of the owner: who imports a slot lets gossip tell it nothing of who owns it.
            await Task.WhenAll(slots.Select(slot => DisownAsync(slot, [Target])));
        }
    }

    private static async Task DisownAsync(int slot, IEnumerable<RedisServer> by)
    {
        foreach (var server in by)
        {
            await using var connection = await server.ConnectAsync();
            await connection.TrySendAsync(RespCommand.Of("CLUSTER", "DELSLOTS", slot), TestContext.Current.CancellationToken);
        }
    }

    // Every third key, from which on: 0 is moved; 1 is copied, and then written once more at the source; 2 is moved where nothing shall stay.
    private static async Task MoveAsync(RespConnection from, RedisServer to, int slot, int[] which)
    {
        var keys = (await SendAsync(from, "CLUSTER", "GETKEYSINSLOT", slot, 1000)).Items.Select(key => key.AsText()).Order(StringComparer.Ordinal).ToList();
        var all = which.Length == 3;
        for (var i = 0; i < keys.Count; i++)
        {
            if (all || (which.Contains(0) && i % 3 == 0))
            {
                await SendAsync(from, "MIGRATE", to.Endpoint.Host, to.Port, keys[i], 0, 5000, "REPLACE");
            }
            else if (which.Contains(1) && i % 3 == 1)
            {
                await SendAsync(from, "SET", keys[i], "of yesterday");
                await SendAsync(from, "MIGRATE", to.Endpoint.Host, to.Port, keys[i], 0, 5000, "COPY", "REPLACE");
                await SendAsync(from, "SET", keys[i], keys[i]);
            }
        }
    }

    private static Task<RespValue> SendAsync(RespConnection connection, params RespArgument[] words) =>
        connection.SendAsync(RespCommand.Of(words), TestContext.Current.CancellationToken);
}
