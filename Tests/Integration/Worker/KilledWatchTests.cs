using System.Globalization;
using System.Text;
using System.Text.Json;
using Integration.Reconciling;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.Worker;

/// <summary>SIGKILL while the watch repairs: whoever comes next, without any memory of it, brings the repair to its end.</summary>
public sealed class KilledWatchTests
{
    private const int Keys = 1000;
    private const int Few = 6;
    private const int Many = 8;

    /// <summary>About as long as the longest of the repairs takes.</summary>
    private static readonly TimeSpan Repair = TimeSpan.FromSeconds(5);

    private static readonly string[] Servers = ["--cluster-node-timeout", "3000", "--appendonly", "yes", "--appendfsync", "always"];

    [Fact]
    public async Task Killed_at_any_moment_of_a_repair_the_next_one_ends_it_with_all_keys()
    {
        await using var servers = await RedisServers.StartAsync(Many, Servers);
        var kills = new RandomKills();
        var log = new StringBuilder();
        var count = Few;
        var watch = Start(servers, count);
        try
        {
            await SteadyAsync(watch, count);
            await KeySet.WriteAsync(servers.Servers, Keys);
            for (var i = 0; i < kills.Count; i++)
            {
                switch (i % 3)
                {
                    case 0:
                        await MoveAllAsync(servers);
                        break;
                    case 1:
                        await LoseDiskAsync([.. servers.Servers.Take(Few).Skip(i % Few), .. servers.Servers.Take(Few)]);
                        break;
                    default:
                        count = count == Few ? Many : Few;
                        break;
                }

                watch.Follow([.. servers.Endpoints.Take(count)]);
                await kills.KillAsync(watch.Process, Repair);
                log.AppendLine(CultureInfo.InvariantCulture, $"{watch.Process.Output}--- {i}: killed");
                watch.Dispose();
                watch = Start(servers, count);
                await SteadyAsync(watch, count);
                Assert.Equal(Keys, await KeySet.CountAsync([.. servers.Servers.Take(count)], Keys));
                Assert.All((await servers.NodeTimeoutsAsync()).Take(count), timeout => Assert.Equal(3000, timeout));
            }
        }
        catch
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{log}{watch.Process.Output}{watch.Process.Error}\n{await servers.DescribeAsync()}");
            throw;
        }
        finally
        {
            watch.Dispose();
        }
    }

    // A node that is not listed any more was made a stranger, or would be if the one that was at it had lived: the list alone says who stays.
    private static WatchProcess Start(RedisServers servers, int count) =>
        WatchProcess.Start([.. servers.Endpoints.Take(count)], replicas: 1, ("Cluster__RemoveUnlisted", "true"), ("Cluster__NodeTimeout", "00:00:03"));

    private static async Task MoveAllAsync(RedisServers servers)
    {
        await Task.WhenAll(servers.Servers.Select(server => server.KillAsync()));
        await RedisServers.MoveAsync(servers.Servers);
    }

    // A replica's: what a master whose disk is lost had not passed on is not what this is about.
    private static async Task LoseDiskAsync(IEnumerable<RedisServer> servers)
    {
        foreach (var server in servers)
        {
            if ((await server.CallAsync("ROLE")).Items[0].AsText() == "slave")
            {
                await server.KillAsync();
                Directory.Delete(server.Folder, recursive: true);
                Directory.CreateDirectory(server.Folder);
                Assert.True(await server.StartAsync(TestContext.Current.CancellationToken));
                return;
            }
        }

        Assert.Fail("there is no replica");
    }

    private static async Task SteadyAsync(WatchProcess watch, int nodes)
    {
        await watch.UntilAsync("/", text =>
        {
            var report = JsonElement.Parse(text);
            return report.GetProperty("kind").GetString() == "Steady"
                && report.GetProperty("underWay").ValueKind == JsonValueKind.Null
                && report.GetProperty("summary").GetProperty("nodeCount").GetInt32() == nodes
                && report.GetProperty("summary").GetProperty("slotsCovered").GetInt32() == HashSlot.Count;
        });
    }
}
