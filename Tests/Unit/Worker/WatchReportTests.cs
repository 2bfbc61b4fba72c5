using System.Diagnostics.Metrics;
using ClusterInit.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.NetBox;

namespace Unit.Worker;

/// <summary>What a watch tells people and probes: the log, the health, the state.</summary>
public sealed class WatchReportTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly LoggerFactory _loggers;
    private readonly WatchMeters _meters;
    private readonly WatchTraces _traces = new();
    private readonly WatchState _state;

    public WatchReportTests()
    {
        _loggers = new LoggerFactory([new LineLoggerProvider(_output, _error)]);
        _meters = new WatchMeters(_services.GetRequiredService<IMeterFactory>());
        _state = new WatchState(new WatchLog(_loggers.CreateLogger<WatchLog>()), _meters, _traces, _time);
    }

    [Fact]
    public async Task Health_is_that_of_the_slots()
    {
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());
        Look(SampleCluster.Healthy());
        Assert.Equal(HealthStatus.Healthy, await HealthAsync());

        // Nobody has missed the master yet, and its slots take no writes.
        var nodes = SampleCluster.Healthy().Nodes;
        Look(SampleCluster.Of(nodes.SetItem(0, SampleCluster.Unreachable(0, "connection refused"))));
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());
        Look(SampleCluster.Of(nodes.SetItem(1, SampleCluster.Node(1, ok: false))));
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());

        // A replica costs nobody anything yet.
        Look(SampleCluster.Of(nodes.SetItem(5, SampleCluster.Unreachable(5, "connection refused"))));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync());
        Look(SampleCluster.Of(nodes.SetItem(5, SampleCluster.Node(5, ok: false))));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync());
    }

    [Fact]
    public async Task Health_ends_with_the_looks()
    {
        Look(SampleCluster.Healthy());
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync());
    }

    [Fact]
    public void What_stays_wrong_is_said_once_and_again_when_it_comes_back()
    {
        for (var i = 0; i < 3; i++)
        {
            _state.Failed("nodes.txt cannot be read");
            Look(SampleCluster.Healthy());
        }

        Assert.Single(Lines(_error), "warning: a look failed: nodes.txt cannot be read");
        Assert.Equal("nodes.txt cannot be read", Report().Problem);
        Look(SampleCluster.Healthy());
        Assert.Null(Report().Problem);
        _state.Failed("nodes.txt cannot be read");
        Assert.Equal(2, Lines(_error).Length);
        Assert.Equal("nodes.txt cannot be read", Report().Problem);
        Assert.Single(Lines(_output), line => line.StartsWith("Steady: ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_being_done_is_told_with_its_reason()
    {
        Look(SampleCluster.Healthy(), new ReconcileDecision(ReconcileKind.Grow, "too few masters", new ClusterPlan { Operation = "grow", Phases = [] }));
        var report = Report();
        Assert.Equal(("grow", "too few masters", LeaseHolding.Mine), (report.UnderWay, report.Because, report.Lease));
    }

    public void Dispose()
    {
        _meters.Dispose();
        _traces.Dispose();
        _loggers.Dispose();
        _services.Dispose();
    }

    private static string[] Lines(StringWriter writer) => writer.ToString().Split(writer.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private WatchReport Report() => WatchReport.Of("test", _state.Last, _state.Problem);

    private async Task<HealthStatus> HealthAsync()
    {
        var settings = new InitializerSettings { Places = [] };
        return (await new WatchHealthCheck(_state, settings).CheckHealthAsync(new(), TestContext.Current.CancellationToken)).Status;
    }

    private void Look(ClusterObservation observation, ReconcileDecision? underWay = null)
    {
        var desired = new DesiredCluster
        {
            Nodes = [.. Enumerable.Range(0, 6).Select(i => new DesiredNode($"node-{i}", SampleCluster.Endpoint(i)))],
            ReplicasPerShard = 1,
        };
        var (decision, _) = ReconcilePlanner.Plan(observation, desired, ReconcileMemory.Empty);
        _state.Looked(new(observation.Time, decision, new(LeaseHolding.Mine, "me"), underWay, observation));
    }
}
