using Integration.Operations.Slots;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Fix;

public sealed class TwoOwnersTests
{
    private const int Keys = 30_000;

    [Fact]
    public async Task Two_owners_that_have_forgotten_each_other_become_one()
    {
        await using var servers = await SlotCluster.StartAsync();
        await servers.FillAsync(Keys);
        var slot = (await new HalfOpenSlots(servers).PickAsync(1, keys: 3))[0];
        var (first, second) = (servers[0], servers[1]);
        var (firstId, secondId) = (await first.IdAsync(), await second.IdAsync());
        var keys = (await first.CallAsync("CLUSTER", "GETKEYSINSLOT", slot, 1000)).Items.Select(key => key.AsText()).ToList();
        await first.CallAsync("CLUSTER", "FORGET", secondId.ToString());
        await second.CallAsync("CLUSTER", "FORGET", firstId.ToString());
        await second.CallAsync("CLUSTER", "ADDSLOTS", slot);

        // It serves again when it has slots of its own for everything it knows of.
        await second.CallAsync("CONFIG", "SET", "cluster-require-full-coverage", "no");
        var stray = await WriteStrayAsync(second, slot, keys[0]);
        var result = await ClusterFix.RunAsync(
            [servers[2].Endpoint], new(), new() { StallLimit = TimeSpan.FromSeconds(30) }, null, TestContext.Current.CancellationToken);
        await second.CallAsync("CONFIG", "SET", "cluster-require-full-coverage", "yes");

        Assert.Equal(["release", "confirm", "meet", "collect"], result.Plan.Phases.Select(phase => phase.Name));
        Assert.True(result.Report.Healthy, $"{result.Plan}\n{string.Join('\n', result.Report.Findings)}");
        Assert.Equal(keys.Count + 1, (await first.CallAsync("CLUSTER", "COUNTKEYSINSLOT", slot)).AsNumber());
        Assert.Equal("of the other", (await first.CallAsync("GET", stray)).AsText());
        await first.CallAsync("DEL", stray);
        await servers.UntilAgreedAsync();
        await servers.AssertFilledAsync(Keys);
    }

    // A key of the slot that the first owner has not got, and one that it has, with another value.
    private static async Task<string> WriteStrayAsync(RedisServer server, int slot, string taken)
    {
        var name = Enumerable.Range(0, int.MaxValue).Select(i => $"stray:{i}").First(key => HashSlot.Of(key) == slot);
        await using var connection = await server.ConnectAsync();
        foreach (var (key, value) in new[] { (name, "of the other"), (taken, "never seen") })
        {
            await Eventually.TrueAsync(
                async () => !(await connection.TrySendAsync(RespCommand.Of("SET", key, value), TestContext.Current.CancellationToken)).IsError,
                TimeSpan.FromSeconds(30),
                $"the other owner takes {key}");
        }

        return name;
    }
}
