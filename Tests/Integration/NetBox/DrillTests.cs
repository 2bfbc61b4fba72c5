using System.Text.Json;
using Integration.HitCounter;
using Integration.Support;
using Integration.Worker;
using NetBox.Tools;
using NetBox.Tools.Cluster;
using NetBox.Tools.Drills;
using NetBox.Tools.Drills.Faults;
using NetBox.Tools.Drills.Load;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>Every kind of fault on one real cluster, which is whole again after each.</summary>
public sealed class DrillTests(DrillTests.Cluster cluster) : IClassFixture<DrillTests.Cluster>
{
    private const int Shards = 3;
    private const int NodeTimeoutMs = 1500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private RedisServers Servers => cluster.Servers;

    [Theory]
    [InlineData("handover")]
    [InlineData("freeze")]
    public async Task What_was_acknowledged_is_stored_and_masters_are_where_they_were(string kind)
    {
        await WellAsync();
        var (exitCode, output, error) = await RunAsync("drill", kind, Servers[0].Endpoint.ToClientString(), "--yes", "--json", "--writers", "2");
        Assert.True((exitCode, error) == (0, ""), $"{exitCode} {error}\n{output}");
        var report = JsonSerializer.Deserialize(output, DrillJson.Readable.DrillReport)!;
        AssertSurvived(report);
        Assert.NotNull(report.Restored.RedundancyMs);
        Assert.NotNull(report.Restored.PlacementMs);
        Assert.Equal(3, report.Shards.Count);

        // The writer cannot be answered before the replica may take over; the last answer may have come a moment before the fault.
        Assert.True(kind == "handover" || report.GapMs > NodeTimeoutMs, output);
        Assert.Equal(0, await Servers.KeysAsync());
    }

    [Fact]
    public async Task A_killed_master_is_replaced_started_again_and_given_its_slots_back()
    {
        await WellAsync();
        await Servers[1].CallAsync("CONFIG", "SET", "appendonly", "yes");
        var events = new EventList();
        var report = await Runner([new Restarting(new ProcessChannel(Target), Servers)]).RunAsync(
            new() { Kind = DrillKind.Kill, Node = Servers[1].Endpoint.ToClientString() }, events, TestContext.Current.CancellationToken);
        AssertSurvived(report);
        Assert.True(report.GapMs > NodeTimeoutMs, report.Summary);
        Assert.NotNull(report.Restored.PlacementMs);
        Assert.Equal(
            [DrillPhase.Prepare, DrillPhase.Fault, DrillPhase.Heal, DrillPhase.Recover, DrillPhase.Count], events.Phases.Distinct());
    }

    [Fact]
    public async Task Started_again_without_its_data_a_master_would_take_its_replicas_along_so_it_is_not_killed()
    {
        await WellAsync();
        var refusal = await Assert.ThrowsAsync<NetBoxException>(() => Runner([new Restarting(new ProcessChannel(Target), Servers)]).RunAsync(
            new() { Kind = DrillKind.Kill, Node = Servers[1].Endpoint.ToClientString() }, new EventList(), TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.Refused, refusal.Code);
        Assert.StartsWith($"{Servers[1].Endpoint.ToClientString()} has no append-only file: started again", refusal.Message);
    }

    [Fact]
    public async Task While_one_runs_no_other_is_begun()
    {
        await WellAsync();
        var slot = HashSlot.Of(DrillMark.Key);
        var owner = Servers[slot * Shards / HashSlot.Count];
        await owner.CallAsync("SET", DrillMark.Key, "another");
        var (exitCode, _, error) = await RunAsync("drill", "handover", Servers[0].Endpoint.ToClientString(), "--yes");
        Assert.Equal((int)ExitCode.Refused, exitCode);
        Assert.StartsWith("netbox: another drill runs on this cluster", error);
        Assert.Equal("master", (await Servers[0].CallAsync("ROLE")).Items[0].AsText());
        Assert.Equal("another", (await owner.CallAsync("GET", DrillMark.Key)).AsText());
    }

    [Fact]
    public async Task A_server_that_lets_itself_be_frozen_wakes_up_by_itself_and_that_is_what_is_told()
    {
        await WellAsync();
        var events = new EventList();
        var report = await Runner([new SleepChannel(Target)]).RunAsync(
            new() { Kind = DrillKind.Freeze, Duration = TimeSpan.FromSeconds(1) }, events, TestContext.Current.CancellationToken);
        AssertSurvived(report);
        Assert.Equal("the server itself", report.Channel);
        Assert.True(report.GapMs > 900, report.Summary);
        Assert.Contains("is to be thawed by the server itself", Assert.Single(events.Texts, text => text.Contains("thawed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_interrupted_count_leaves_no_key_behind()
    {
        await WellAsync();
        var scene = DrillScene.Of(
            await ClusterObserver.ObserveAsync(Servers.Endpoints, discover: false, Target.Settings, TestContext.Current.CancellationToken), new() { Kind = DrillKind.Handover });
        await using var load = new ClusterLoad(scene, new() { Kind = DrillKind.Handover }, Target, TimeProvider.System);
        await load.StartAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load.EndAsync(new CancellationToken(canceled: true)));
        Assert.Equal(0, await Servers.KeysAsync());
    }

    [Theory]
    [InlineData(15)]
    [InlineData(1)]
    public async Task Interrupted_it_leaves_nobody_frozen(int signal)
    {
        Assert.SkipWhen(Signal.IsIgnored(signal), $"Signal {signal} is ignored here, and by what is started from here");
        await WellAsync();
        using var tool = ToolProcess.Start("netbox", ["drill", "freeze", Servers[0].Endpoint.ToClientString(), "--node", Servers[0].Endpoint.ToClientString(), "--duration", "60s", "--yes"]);
        await tool.WaitForOutputAsync(output => output.Contains("is frozen", StringComparison.Ordinal) && StateOf(Servers[0].ProcessId) == 'T');
        Signals.Send(tool.Id, signal, "netbox");
        var (exitCode, output, error) = await tool.EndAsync();
        Assert.Equal((130, "netbox: interrupted\n"), (exitCode, error));
        Assert.Contains("is thawed", output);
        Assert.NotEqual('T', StateOf(Servers[0].ProcessId));
        Assert.Equal(0, await Servers.KeysAsync());
    }

    [Fact]
    public async Task Killed_itself_it_leaves_nobody_frozen_for_longer_than_it_said()
    {
        await WellAsync();
        using var tool = ToolProcess.Start("netbox", ["drill", "freeze", Servers[0].Endpoint.ToClientString(), "--node", Servers[0].Endpoint.ToClientString(), "--duration", "2s", "--yes"]);
        await tool.WaitForOutputAsync(output => output.Contains("is frozen", StringComparison.Ordinal) && StateOf(Servers[0].ProcessId) == 'T');
        await tool.KillAsync();
        await Eventually.TrueAsync(() => Task.FromResult(StateOf(Servers[0].ProcessId) != 'T'), Patience, "the server goes on");
    }

    [Fact]
    public async Task In_production_it_refuses_and_touches_nothing()
    {
        await WellAsync();
        var (exitCode, _, error) = await ToolProcess.RunAsync(
            "netbox", ["drill", "kill", Servers[0].Endpoint.ToClientString(), "--yes"], ("NETBOX_ENVIRONMENT", "Production"));
        Assert.Equal((int)ExitCode.Refused, exitCode);
        Assert.StartsWith("netbox: this is marked as production (NETBOX_ENVIRONMENT=Production)", error);
        Assert.All(Servers.Servers, server => Assert.NotEqual('Z', StateOf(server.ProcessId)));
    }

    [Theory]
    [InlineData("kill", "", "netbox: nobody can be asked here, so nothing was done")]
    [InlineData("freeze", "--yes --replicas 2", "netbox: no write to ")]
    [InlineData("partition", "--yes", "netbox: partition cannot be done from here. ")]
    [InlineData("restart-all", "--yes", "netbox: ")]
    public async Task What_cannot_be_done_is_said_before_anything_is(string kind, string yes, string message)
    {
        await WellAsync();
        string[] arguments = ["drill", kind, Servers[0].Endpoint.ToClientString()];
        var (exitCode, _, error) = await RunAsync([.. arguments, .. yes.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.StartsWith(message, error);
        Assert.Equal(kind == "restart-all" ? 4 : 2, exitCode);
        Assert.Equal(0, await Servers.KeysAsync());
    }

    private ClusterTarget Target => new(Servers.Endpoints, new ClusterConnectionSettings { ConnectTimeout = TimeSpan.FromSeconds(3), CommandTimeout = TimeSpan.FromSeconds(3) });

    private DrillRunner Runner(IReadOnlyList<IFaultChannel> channels) => new(Target, _ => null, () => channels);

    // What a drill before this one broke mends itself, only not at once; one that was killed leaves its keys to their time to live, and the heir in its place.
    private Task WellAsync() => Eventually.TrueAsync(
        async () =>
        {
            var observation = await ClusterObserver.ObserveAsync(Servers.Endpoints, discover: false, Target.Settings, TestContext.Current.CancellationToken);
            if (observation.Reachable.Count() < Servers.Servers.Count || ClusterChecker.Check(observation).Findings.Any(finding => finding.Severity > Severity.Info))
            {
                return false;
            }

            var masters = Servers.Servers.Where(server => observation.Nodes.Single(node => node.Endpoint.Port == server.Port).View!.Myself.IsMaster).ToList();
            await Task.WhenAll(masters.Select(master => master.CallAsync("FLUSHALL")));
            var deposed = Servers.Servers.Take(Shards).Except(masters).ToList();
            foreach (var server in deposed)
            {
                await ClusterFailover.RunAsync(
                    Servers.Endpoints, new() { Replica = server.Endpoint.ToClientString() }, new() { Connection = Target.Settings }, null, TestContext.Current.CancellationToken);
            }

            return await Servers.KeysAsync() == 0;
        },
        Patience,
        "a cluster that is well, empty, and as it was formed");

    private static void AssertSurvived(DrillReport report)
    {
        Assert.True(report.Verdict == DrillVerdict.Survived, $"{report.Summary}: {string.Join("; ", report.Restored.Notes)}");
        Assert.True(report.Acknowledged > 0);
        Assert.Equal((report.Acknowledged, 0L, 0L), (report.Stored, report.Lost, report.Uncertain));
        Assert.NotNull(report.Restored.WritesMs);
    }

    private static char StateOf(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }

    public sealed class Cluster : IAsyncLifetime
    {
        public RedisServers Servers { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Servers = await RedisServers.StartClusterAsync(Shards, 1, "--cluster-node-timeout", $"{NodeTimeoutMs}", "--enable-debug-command", "yes");

        public ValueTask DisposeAsync() => Servers.DisposeAsync();
    }

    /// <summary>Starts again what another channel has killed: these servers' arguments are known.</summary>
    private sealed class Restarting(IFaultChannel inner, RedisServers servers) : IFaultChannel
    {
        public string Name => "the test";

        public string? NameOf(DrillNode node) => inner.NameOf(node);

        public Task<string?> ObstacleAsync(Fault fault, DrillNode node, CancellationToken cancellationToken) => inner.ObstacleAsync(fault, node, cancellationToken);

        public bool Heals(Fault fault) => true;

        public Task InflictAsync(Fault fault, IReadOnlyList<DrillNode> nodes, TimeSpan limit, CancellationToken cancellationToken) =>
            inner.InflictAsync(fault, nodes, limit, cancellationToken);

        public Task HealAsync(Fault fault, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken) => Task.WhenAll(nodes.Select(async node =>
        {
            var server = servers.Servers.Single(each => each.Endpoint.IsSameClientAddress(node.Endpoint));
            await server.KillAsync();
            Assert.True(await server.StartAsync(cancellationToken));
        }));

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class EventList : IProgress<DrillEvent>
    {
        private readonly List<DrillPhase> _phases = [];

        private readonly List<string> _texts = [];

        public IReadOnlyList<DrillPhase> Phases => _phases;

        public IReadOnlyList<string> Texts => _texts;

        public void Report(DrillEvent value)
        {
            _phases.Add(value.Phase);
            _texts.Add(value.Text);
        }
    }
}
