using Integration.Support;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Reconciling;

public sealed class LostDiskTests
{
    private const int Keys = 1000;

    /// <summary>
    /// Before anybody missed it: its peers take the address from it and never find it failed. What its replica has copied from the fresh node
    /// by then is the server's doing; that the shard is served again is the watch's.
    /// </summary>
    [Fact]
    public async Task A_master_that_is_back_at_once_without_its_disk_leaves_no_slot_without_an_owner()
    {
        await using var servers = await RedisServers.StartAsync(6);
        await using var watch = new RunningReconciler(new MovingPlaces(MovingPlaces.Of(servers.Servers)), holder: "one");
        await watch.UntilSteadyAsync();
        await KeySet.WriteAsync(servers.Servers, Keys);
        await servers[0].KillAsync();
        Directory.Delete(servers[0].Folder, recursive: true);
        Directory.CreateDirectory(servers[0].Folder);
        Assert.True(await servers[0].StartAsync(TestContext.Current.CancellationToken));

        await watch.UntilAsync(_ => watch.Done.Contains(ReconcileKind.Promote));
        var summary = (await watch.UntilSteadyAsync()).Decision.Summary!;
        Assert.Equal((6, 3, HashSlot.Count), (summary.NodeCount, summary.Shards.Length, summary.SlotsCovered));
        Assert.InRange(await KeySet.CountAsync(servers.Servers, Keys), Keys / 2, Keys);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public async Task A_node_that_comes_back_without_its_disk_gets_its_role_and_its_old_id_is_forgotten(int which)
    {
        await using var servers = await RedisServers.StartAsync(6, "--cluster-node-timeout", "1000");
        await using var watch = new RunningReconciler(new MovingPlaces(MovingPlaces.Of(servers.Servers)));
        await watch.UntilSteadyAsync();
        await KeySet.WriteAsync(servers.Servers, Keys);
        var lost = servers[which];
        var old = (await lost.CallAsync("CLUSTER", "MYID")).AsText();

        // A master's copy is at its replica when its disk is lost; what is under way then is not what this is about.
        await Task.WhenAll(servers.Servers.Take(3).Select(server => server.CallAsync("WAIT", 1, 5000)));
        await lost.KillAsync();
        Directory.Delete(lost.Folder, recursive: true);
        Directory.CreateDirectory(lost.Folder);
        if (which == 0)
        {
            await watch.UntilAsync(status => status.Decision.Summary!.Shards.Any(shard => !shard.Master.Slots.IsEmpty && shard.Replicas.Length == 0));
        }

        Assert.True(await lost.StartAsync(TestContext.Current.CancellationToken));
        await watch.UntilAsync(_ => watch.Done.Contains(ReconcileKind.Replace));
        await watch.UntilSteadyAsync();
        foreach (var server in servers.Servers)
        {
            var view = ClusterView.Parse((await server.CallAsync("CLUSTER", "NODES")).AsText());
            Assert.Equal(6, view.Nodes.Length);
            Assert.Null(view.Find(NodeId.Parse(old)));
            Assert.Equal(3, view.Nodes.Where(node => node.IsReplica).DistinctBy(node => node.MasterId).Count());
        }

        Assert.Equal(Keys, await KeySet.CountAsync(servers.Servers, Keys));
    }
}
