using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Protocol;

namespace Integration.Kubernetes;

/// <summary>The scripts of the ConfigMap, run by sh against real servers.</summary>
public sealed partial class NodeScriptTests(PublishedFolder published) : IClassFixture<PublishedFolder>
{
    private static readonly string[] Scripts = ["live.sh", "node.sh", "ready.sh", "start.sh", "stop.sh"];

    [Fact]
    public async Task Shellcheck_finds_nothing()
    {
        var start = new ProcessStartInfo("shellcheck", ["-x", .. Scripts])
        {
            WorkingDirectory = Path.Combine(published.Path, "base", "redis-cluster"),
            RedirectStandardOutput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal((0, ""), (process.ExitCode, output));
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no shellcheck on PATH.");
        }
    }

    [Fact]
    public async Task A_node_is_ready_once_it_was_part_of_a_working_cluster_and_stays_so()
    {
        await using var simulation = await PodSimulation.StartAsync(published, 3, nodeTimeout: TimeSpan.FromSeconds(1));
        foreach (var pod in simulation.Pods)
        {
            Assert.Contains("the cluster is not ok", (await pod.RunAsync("ready.sh")).Output, StringComparison.Ordinal);
        }

        await simulation.FormAsync(replicasPerShard: 0);
        await Task.WhenAll(simulation.Pods.Select(pod => pod.BecomeReadyAsync()));

        // The others gone, the cluster is ill, and a node that hid itself would keep it so.
        await simulation.Pods[1].KillAsync();
        await simulation.Pods[2].KillAsync();
        await Eventually.TrueAsync(
            async () => (await simulation.Pods[0].CallAsync("CLUSTER", "INFO")).AsText().Contains("cluster_state:fail", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "the cluster is ill");
        Assert.True(await simulation.Pods[0].IsReadyAsync());

        // A master without a replica has nobody to hand over to and stops at once.
        Assert.Contains("no replica to hand over to", await simulation.Pods[0].DeleteAsync(), StringComparison.Ordinal);
        Assert.Equal(1, (await simulation.Pods[0].RunAsync("live.sh")).ExitCode);
        Assert.Equal(1, (await simulation.Pods[0].RunAsync("ready.sh")).ExitCode);
    }

    [Fact]
    public async Task Nodes_come_back_at_new_addresses_one_by_one_by_themselves_and_all_at_once_when_they_are_introduced_again()
    {
        await using var simulation = await PodSimulation.StartAsync(published, 6);
        await simulation.FormAsync(replicasPerShard: 1);
        await Task.WhenAll(simulation.Pods.Select(pod => pod.BecomeReadyAsync()));
        var master = simulation.Pods[0];
        var key = await KeyOfAsync(master);
        await master.CallAsync("SET", key, "kept");

        var former = master.Address;
        await master.DeleteAsync();
        await master.StartAsync();
        await master.BecomeReadyAsync();
        Assert.NotEqual(former, master.Address);
        var self = (await master.CallAsync("CLUSTER", "NODES")).AsText().Split('\n').Single(line => line.Contains("myself", StringComparison.Ordinal));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" {master.Address}:{simulation.Port}@{simulation.BusPort},{master.HostName}"), self, StringComparison.Ordinal);

        await Task.WhenAll(simulation.Pods.Select(pod => pod.KillAsync()));
        await Task.WhenAll(simulation.Pods.Select(pod => pod.StartAsync()));
        // They know nobody by a valid address: not ready, and yet alive and reachable for who brings them together.
        Assert.All(await Task.WhenAll(simulation.Pods.Select(pod => pod.IsReadyAsync())), Assert.False);
        foreach (var pod in simulation.Pods.Skip(1))
        {
            await simulation.Pods[0].CallAsync("CLUSTER", "MEET", pod.Address, simulation.Port, simulation.BusPort);
        }

        await Task.WhenAll(simulation.Pods.Select(pod => pod.BecomeReadyAsync()));
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(simulation.Pods.Select(pod => TryGetAsync(pod, key)))).Contains("kept"), TimeSpan.FromSeconds(60), "a master has what was written");
    }

    [Fact]
    public async Task A_master_hands_over_before_it_stops_and_a_writer_hardly_notices()
    {
        await using var simulation = await PodSimulation.StartAsync(published, 6);
        await simulation.FormAsync(replicasPerShard: 1);
        await Task.WhenAll(simulation.Pods.Select(pod => pod.BecomeReadyAsync()));
        var master = simulation.Pods[0];
        var writer = new ShardWriter(simulation, master, await KeyOfAsync(master));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var writing = writer.RunAsync(stop.Token);
        await writer.ReachAsync(500);

        var handover = await master.DeleteAsync();
        await writer.ReachAsync(writer.Acknowledged + 500);
        await stop.CancelAsync();
        await writing;

        TestContext.Current.TestOutputHelper!.WriteLine($"{handover.Trim()}; longest gap between two acknowledged writes: {writer.LongestGap.TotalMilliseconds:F0} ms");
        Assert.Contains(": OK", handover, StringComparison.Ordinal);
        // Noticing a death takes the node timeout, 15 s here. What it really takes is in the output, on a quiet machine.
        Assert.True(writer.LongestGap < TimeSpan.FromSeconds(15), $"{writer.LongestGap}");
        Assert.Equal(writer.Acknowledged, await writer.StoredAsync());

        // Back, it is a replica, and a replica stops without ado, also while it writes its first append-only file, for as long as a server does not stop.
        await master.StartAsync();
        await master.BecomeReadyAsync();
        Assert.False(await master.IsMasterAsync());
        await master.CallAsync("CONFIG", "SET", "rdb-key-save-delay", 2_000_000);
        await master.CallAsync("CONFIG", "SET", "appendonly", "no");
        await master.CallAsync("CONFIG", "SET", "appendonly", "yes");
        Assert.Equal("", await master.DeleteAsync());
    }

    [Fact]
    public async Task A_master_hands_over_though_it_is_slow_to_answer_or_the_password_is_being_changed_and_one_that_is_gone_stops_at_once()
    {
        await using var simulation = await PodSimulation.StartAsync(published, 6);
        await simulation.FormAsync(replicasPerShard: 1);
        await Task.WhenAll(simulation.Pods.Select(pod => pod.BecomeReadyAsync()));
        var master = simulation.Pods[0];

        // Each question is cut off without an answer the first time it is asked.
        var commands = simulation.FolderOf("commands");
        var timeout = Path.Combine(commands, "timeout");
        await File.WriteAllTextAsync(
            timeout,
            """
            #!/bin/sh
            shift
            asked=${0%/*}/asked-$6-$7
            case $6-$7 in role-* | cluster-nodes | cluster-myid | cluster-replicas | info-*) if [ ! -e "$asked" ]; then : >"$asked"; exit 124; fi ;; esac
            exec "$@"
            """,
            TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(timeout, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var (code, output) = await master.RunAsync("stop.sh", commands);

        Assert.Equal(0, code);
        Assert.Contains("handing over to ", output, StringComparison.Ordinal);
        Assert.False(await master.IsMasterAsync());
        Assert.Equal(6, Directory.GetFiles(commands, "asked-*").Length);

        // While the password is being changed a pod that was restarted takes the new one only, and all others both.
        master = simulation.Pods[1];
        var replica = simulation.PodAt(await ReplicaOfAsync(master));
        await master.CallAsync("CONFIG", "SET", "masterauth", "new");
        await replica.CallAsync("CONFIG", "SET", "requirepass", "new");
        (code, output) = await master.RunAsync("stop.sh");
        Assert.Equal(0, code);
        Assert.Contains($"handing over to {replica.Address}:{simulation.Port}: OK", output, StringComparison.Ordinal);
        Assert.False(await master.IsMasterAsync());

        master = simulation.Pods[2];
        await master.KillAsync();
        Assert.Equal((0, ""), await master.RunAsync("stop.sh"));
    }

    [Fact]
    public async Task A_master_whose_replica_stops_as_well_waits_until_it_is_back_and_may_be_elected_again_when_it_goes_on_living()
    {
        await using var simulation = await PodSimulation.StartAsync(published, 6);
        await simulation.FormAsync(replicasPerShard: 1);
        await Task.WhenAll(simulation.Pods.Select(pod => pod.BecomeReadyAsync()));
        var master = simulation.Pods[0];
        var replica = simulation.PodAt(await ReplicaOfAsync(master));

        Assert.Equal("", await replica.DeleteAsync());
        var stopping = master.RunAsync("stop.sh");
        await replica.StartAsync();

        var (code, output) = await stopping;
        Assert.Equal(0, code);
        Assert.Contains($"handing over to {replica.Address}:", output, StringComparison.Ordinal);
        Assert.True(await replica.IsMasterAsync());

        // What nobody stopped after all may be elected again, once stopping would have been over.
        Assert.Equal(0, (await master.RunAsync("live.sh")).ExitCode);
        Assert.Equal("yes", await NoFailoverAsync(master));
        await File.WriteAllTextAsync(Path.Combine(master.RunFolder, "leaving"), "1\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await master.RunAsync("live.sh")).ExitCode);
        Assert.Equal("no", await NoFailoverAsync(master));
    }

    [Fact]
    public async Task A_master_whose_replica_leaves_for_good_waits_until_its_slots_are_somewhere_else()
    {
        await using var simulation = await PodSimulation.StartAsync(published, 6);
        await simulation.FormAsync(replicasPerShard: 1);
        await Task.WhenAll(simulation.Pods.Select(pod => pod.BecomeReadyAsync()));
        var master = simulation.Pods[0];
        var id = (await master.CallAsync("CLUSTER", "MYID")).AsText();
        var replica = simulation.PodAt(await ReplicaOfAsync(master));
        var replicaId = (await replica.CallAsync("CLUSTER", "MYID")).AsText();
        Assert.Equal("", await replica.DeleteAsync());
        await master.CallAsync("CONFIG", "RESETSTAT");

        var stopping = master.RunAsync("stop.sh");
        await LookedAsync(0);
        foreach (var pod in simulation.Pods.Where(pod => pod != replica))
        {
            Assert.Equal("OK", (await pod.CallAsync("CLUSTER", "FORGET", replicaId)).AsText());
        }

        await LookedAsync(await LooksAsync());
        await ClusterReshard.RunAsync(
            [simulation.Endpoints[0]],
            new() { From = [id], To = (await simulation.Pods[1].CallAsync("CLUSTER", "MYID")).AsText(), Slots = 5461 },
            new() { Connection = new() { Password = PodSimulation.Password } },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), await stopping);

        Task LookedAsync(int before) => Eventually.TrueAsync(async () => stopping.IsCompleted || await LooksAsync() > before, TimeSpan.FromSeconds(60), "the hook has looked for replicas");

        async Task<int> LooksAsync() => LooksForReplicas().Match((await master.CallAsync("INFO", "commandstats")).AsText()) is { Success: true } looks
            ? int.Parse(looks.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;
    }

    [GeneratedRegex("cmdstat_cluster\\|replicas:calls=([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex LooksForReplicas();

    private static async Task<string> NoFailoverAsync(Pod pod) =>
        (await pod.CallAsync("CONFIG", "GET", "cluster-replica-no-failover")).Find("cluster-replica-no-failover")!.AsText();

    private static async Task<string> ReplicaOfAsync(Pod master)
    {
        var id = (await master.CallAsync("CLUSTER", "MYID")).AsText();
        var line = (await master.CallAsync("CLUSTER", "REPLICAS", id)).Items.Single().AsText();
        return line.Split(' ')[1].Split(':')[0];
    }

    // A key in a slot of this node.
    private static async Task<string> KeyOfAsync(Pod pod)
    {
        await using var connection = await pod.ConnectAsync();
        for (var i = 0; ; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"key-{i}");
            if (!(await connection.TrySendAsync(RespCommand.Of("GET", key), TestContext.Current.CancellationToken)).IsError)
            {
                return key;
            }
        }
    }

    private static async Task<string?> TryGetAsync(Pod pod, string key)
    {
        await using var connection = await pod.ConnectAsync();
        var value = await connection.TrySendAsync(RespCommand.Of("GET", key), TestContext.Current.CancellationToken);
        return value.IsError || value.IsNull ? null : value.AsText();
    }
}
