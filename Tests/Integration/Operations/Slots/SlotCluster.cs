using System.Globalization;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Slots;

/// <summary>Three masters with all slots and a fourth without any, which knows them; no replicas.</summary>
internal static class SlotCluster
{
    public static async Task<RedisServers> StartAsync(RedisServersOptions? options = null)
    {
        var servers = await RedisServers.StartAsync(4, options ?? new());
        try
        {
            var connection = new ClusterConnectionSettings { Password = options?.Connection.Password };
            await ClusterCreation.RunAsync([.. servers.Endpoints.Take(3)], new() { Connection = connection }, null, TestContext.Current.CancellationToken);
            await servers[3].CallAsync("CLUSTER", "MEET", "127.0.0.1", servers[0].Port, servers[0].Endpoint.EffectiveBusPort);
            await servers.UntilAgreedAsync();
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Until all know all and say ok.</summary>
    public static async Task UntilAgreedAsync(this RedisServers servers)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var views = await Task.WhenAll(servers.Servers.Select(async server => ClusterView.Parse((await server.CallAsync("CLUSTER", "NODES")).AsText())));
            var infos = await Task.WhenAll(servers.Servers.Select(async server => ClusterInfo.Parse((await server.CallAsync("CLUSTER", "INFO")).AsText())));
            if (infos.All(info => info.IsOk)
                && views.All(view => view.Nodes.Length == servers.Servers.Count && view.Nodes.All(node => !node.IsHandshake) && view.SlotMapSignature == views[0].SlotMapSignature))
            {
                return;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Keys "key:0" and on, spread over all slots, each with its own name as value.</summary>
    public static async Task FillAsync(this RedisServers servers, int keys, int valueLength = 0)
    {
        var masters = await servers.OwnersAsync();
        var bySlot = Enumerable.Range(0, keys).Select(i => string.Create(CultureInfo.InvariantCulture, $"key:{i}")).GroupBy(key => masters[HashSlot.Of(key)]);
        await Task.WhenAll(bySlot.Select(async group =>
        {
            await using var connection = await group.Key.ConnectAsync();
            foreach (var chunk in group.Chunk(1000))
            {
                await Task.WhenAll(chunk.Select(key => connection.SendAsync(
                    RespCommand.Of("SET", key, key.PadRight(valueLength, '.')), TestContext.Current.CancellationToken)));
            }
        }));
    }

    /// <summary>Each key is at the master of its slot, with the value it was given, and nowhere else; as many others are there as shall be.</summary>
    public static async Task AssertFilledAsync(this RedisServers servers, int keys, int valueLength = 0, int others = 0)
    {
        var masters = await servers.OwnersAsync();
        var byMaster = Enumerable.Range(0, keys).Select(i => string.Create(CultureInfo.InvariantCulture, $"key:{i}")).GroupBy(key => masters[HashSlot.Of(key)]);
        await Task.WhenAll(byMaster.Select(async group =>
        {
            await using var connection = await group.Key.ConnectAsync();
            foreach (var chunk in group.Chunk(1000))
            {
                var values = await Task.WhenAll(chunk.Select(key => connection.SendAsync(RespCommand.Of("GET", key), TestContext.Current.CancellationToken)));
                Assert.Equal(chunk.Select(key => key.PadRight(valueLength, '.')), values.Select(value => value.IsNull ? null : value.AsText()));
            }
        }));
        Assert.Equal(keys + others, (await Task.WhenAll(servers.Servers.Where(masters.Contains).Select(server => server.CallAsync("DBSIZE")))).Sum(size => size.AsNumber()));
    }

    /// <summary>The owner of each slot, by its own word. Fails where there is not exactly one.</summary>
    public static async Task<RedisServer[]> OwnersAsync(this RedisServers servers)
    {
        var owners = new RedisServer[HashSlot.Count];
        foreach (var server in servers.Servers)
        {
            foreach (var slot in (await server.ViewAsync()).Myself.Slots)
            {
                Assert.True(owners[slot] is null, $"slot {slot} has two owners");
                owners[slot] = server;
            }
        }

        Assert.All(owners, Assert.NotNull);
        return owners;
    }

    public static async Task<ClusterView> ViewAsync(this RedisServer server) => ClusterView.Parse((await server.CallAsync("CLUSTER", "NODES")).AsText());

    public static async Task<NodeId> IdAsync(this RedisServer server) => NodeId.Parse((await server.CallAsync("CLUSTER", "MYID")).AsText());

    /// <summary>How many slots each server owns.</summary>
    public static async Task<int[]> SlotCountsAsync(this RedisServers servers) =>
        await Task.WhenAll(servers.Servers.Select(async server => (await server.ViewAsync()).Myself.Slots.Count));
}
