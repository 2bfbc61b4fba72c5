using System.Globalization;
using System.Text;
using Integration.Support;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Reconciling;

/// <summary>
/// Faults at random, two at once, of which none takes the last copy of a key: the watch ends each round with the cluster that there shall be and
/// all keys. WATCH_CHAOS_ROUNDS makes it longer, WATCH_CHAOS_SEED chooses other faults.
/// </summary>
public sealed class ChaosTests
{
    private const int Keys = 500;
    private const int Rounds = 1;
    private const int NodeTimeout = 1500;

    private static readonly string[] Durable = ["--appendonly", "yes", "--appendfsync", "always", "--cluster-node-timeout", NodeTimeout.ToString(CultureInfo.InvariantCulture)];

    private readonly Random _random;
    private readonly int _rounds;

    public ChaosTests()
    {
        var seed = Setting("WATCH_CHAOS_SEED") ?? 1;
        _rounds = Setting("WATCH_CHAOS_ROUNDS") ?? Rounds;
        _random = new Random(seed);
        Say($"WATCH_CHAOS_SEED={seed} WATCH_CHAOS_ROUNDS={_rounds}");
    }

    private enum Fault
    {
        Killed,
        Frozen,
        Moved,
        DiskLost,
        HandedOver,
        SlotOpened,
        AllMoved,
        WatchReplaced,
    }

    [Fact]
    public async Task Whatever_two_faults_meet_the_cluster_is_whole_again_with_all_keys()
    {
        await using var servers = await RedisServers.StartAsync(8, Durable);
        var places = new MovingPlaces(MovingPlaces.Of(servers.Servers));
        var watch = new RunningReconciler(places, holder: "first");
        try
        {
            await watch.UntilSteadyAsync();
            await KeySet.WriteAsync(servers.Servers, Keys);
            for (var round = 0; round < _rounds; round++)
            {
                await Task.WhenAll(servers.Servers.Select(server => TryAsync(server, "WAIT", 1, 1000)));
                List<Fault> faults = [Any(), Any()];
                if (faults.TrueForAll(fault => fault == Fault.DiskLost))
                {
                    // Of four masters two that do not come back leave nobody who could elect.
                    faults[1] = Fault.Killed;
                }

                if (faults.Contains(Fault.AllMoved) && !faults.Exists(fault => fault > Fault.DiskLost && fault != Fault.AllMoved))
                {
                    // Nobody else may start a server meanwhile.
                    faults = [Fault.AllMoved, Fault.WatchReplaced];
                }

                var nodes = await ChooseAsync(servers, faults);
                Say($"{round}: {faults[0]} {nodes[0].Endpoint}, {faults[1]} {nodes[1].Endpoint}");
                var replaced = faults.Contains(Fault.WatchReplaced);
                foreach (var _ in faults.Where(fault => fault == Fault.SlotOpened))
                {
                    await OpenSlotAsync(servers);
                }

                var done = Task.WhenAll(faults.Zip(nodes).Select(pair => DoAsync(pair.First, pair.Second, servers, places)));
                if (replaced)
                {
                    await Task.Delay(_random.Next(3000), TestContext.Current.CancellationToken);
                    await watch.DisposeAsync();
                    watch = new RunningReconciler(places, holder: $"next {round}");
                }

                await done;
                var summary = (await watch.UntilAsync(status =>
                    status is { Decision: { Kind: ReconcileKind.Steady, Summary: { NodeCount: 8, SlotsCovered: HashSlot.Count } }, UnderWay: null })).Decision.Summary!;
                Assert.All(summary.Shards, shard => Assert.Single(shard.Replicas));
                Assert.Equal(Keys, await KeySet.CountAsync(servers.Servers, Keys));
                Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(NodeTimeout, timeout));
            }
        }
        catch
        {
            Say($"{watch.Log}\n{await DescribeAsync(servers)}");
            throw;
        }
        finally
        {
            await watch.DisposeAsync();
        }
    }

    private Fault Any() => (Fault)_random.Next(Enum.GetValues<Fault>().Length);

    // Two of one shard at once may take the last copy with them, where a disk is lost.
    private async Task<IReadOnlyList<RedisServer>> ChooseAsync(RedisServers servers, List<Fault> faults)
    {
        var first = servers[_random.Next(servers.Servers.Count)];
        var shard = await ShardAsync(servers, first);
        var others = servers.Servers.Where(server => server != first && (!faults.Contains(Fault.DiskLost) || !shard.Contains(server))).ToList();
        return [first, others[_random.Next(others.Count)]];
    }

    private async Task DoAsync(Fault fault, RedisServer server, RedisServers servers, MovingPlaces places)
    {
        var token = TestContext.Current.CancellationToken;
        var (before, during, after) = (_random.Next(1500), _random.Next(4000), _random.Next(2000));
        await Task.Delay(before, token);
        switch (fault)
        {
            case Fault.Killed:
                await server.KillAsync();
                await Task.Delay(during, token);
                Assert.True(await server.StartAsync(token));
                break;
            case Fault.Frozen:
                await Signal.SendAsync("STOP", server.ProcessId);
                await Task.Delay(during, token);
                await Signal.SendAsync("CONT", server.ProcessId);
                break;
            case Fault.Moved:
                await server.KillAsync();
                await RedisServers.MoveAsync([server]);
                await Task.Delay(after, token);
                places.Follow(servers.Servers);
                break;
            case Fault.AllMoved:
                await Task.WhenAll(servers.Servers.Select(each => each.KillAsync()));
                await RedisServers.MoveAsync(servers.Servers);
                await Task.Delay(after, token);
                places.Follow(servers.Servers);
                break;
            case Fault.DiskLost:
                var shard = await ShardAsync(servers, server);
                var heir = shard.First(other => other != server);
                await server.KillAsync();
                await Eventually.TrueAsync(async () => await IsMasterOrAsync(heir, shard), TimeSpan.FromSeconds(60), "a failover");
                Directory.Delete(server.Folder, recursive: true);
                Directory.CreateDirectory(server.Folder);
                Assert.True(await server.StartAsync(token));
                break;
            case Fault.HandedOver:
                await TryAsync(server, "CLUSTER", "FAILOVER");
                break;
            default:
                break;
        }
    }

    // The one whose disk is lost may be a replica, and then its master is the heir already.
    private static async Task<bool> IsMasterOrAsync(RedisServer heir, IReadOnlyList<RedisServer> shard)
    {
        try
        {
            return (await heir.CallAsync("ROLE")).Items[0].AsText() == "master" && shard.Count > 0;
        }
        catch (RespException)
        {
            return false;
        }
    }

    private async Task OpenSlotAsync(RedisServers servers)
    {
        var key = $"key:{_random.Next(Keys)}";
        var slot = HashSlot.Of(Encoding.UTF8.GetBytes(key));
        foreach (var owner in servers.Servers)
        {
            if (await ViewAsync(owner) is { Myself: { IsMaster: true } me } && me.Slots.Contains(slot))
            {
                foreach (var target in servers.Servers.Where(server => server != owner))
                {
                    if (await ViewAsync(target) is { Myself: { IsMaster: true, Slots.IsEmpty: false } other })
                    {
                        await TryAsync(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", me.Id.ToString());
                        await TryAsync(owner, "CLUSTER", "SETSLOT", slot, "MIGRATING", other.Id.ToString());
                        await TryAsync(owner, "MIGRATE", target.Endpoint.Host, target.Port, key, 0, 1000);

                        // What is killed now would take the only copy along: MIGRATE does not wait for replicas.
                        await TryAsync(target, "WAIT", 1, 1000);
                        return;
                    }
                }
            }
        }
    }

    private static async Task<IReadOnlyList<RedisServer>> ShardAsync(RedisServers servers, RedisServer server)
    {
        var me = (await ViewAsync(server))!.Myself;
        var master = me.MasterId ?? me.Id;
        List<RedisServer> shard = [];
        foreach (var other in servers.Servers)
        {
            if (await ViewAsync(other) is { Myself: var self } && (self.MasterId ?? self.Id) == master)
            {
                shard.Add(other);
            }
        }

        return shard;
    }

    private static async Task<ClusterView?> ViewAsync(RedisServer server) => await TextAsync(server) is { } text ? ClusterView.Parse(text) : null;

    private static async Task<string?> TextAsync(RedisServer server)
    {
        try
        {
            return (await server.CallAsync("CLUSTER", "NODES")).AsText();
        }
        catch (RespException)
        {
            return null;
        }
    }

    private static async Task TryAsync(RedisServer server, params RespArgument[] words)
    {
        try
        {
            await server.CallAsync(words);
        }
        catch (RespException)
        {
            // It may be away, or have another role by now.
        }
    }

    private static async Task<string> DescribeAsync(RedisServers servers)
    {
        var text = new StringBuilder();
        foreach (var server in servers.Servers)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"--- {server.Endpoint}\n{await TextAsync(server) ?? "no answer"}");
        }

        return text.ToString();
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static void Say(FormattableString line) => TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant(line));
}
