using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using ClusterInit.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.NetBox;

namespace Unit.Worker;

/// <summary>What a watch tells about its looks and plans: the meters and the spans.</summary>
public sealed class WatchTelemetryTests : IMeterFactory
{
    private readonly List<Meter> _made = [];
    private readonly WatchMeters _meters;
    private readonly WatchTraces _traces = new();
    private readonly WatchState _state;

    public WatchTelemetryTests()
    {
        _meters = new WatchMeters(this);
        _state = new WatchState(new WatchLog(NullLogger<WatchLog>.Instance), _meters, _traces, new FakeTimeProvider());
    }

    [Fact]
    public void Before_the_first_look_nothing_is_claimed() => Assert.Empty(Observe());

    [Fact]
    public void A_cluster_that_is_well_is_measured()
    {
        Look(SampleCluster.Healthy(), LeaseHolding.Mine);
        Assert.Equal(
            [
                "cluster.lease.held 1",
                "cluster.nodes role=master state=ok 3",
                "cluster.nodes role=replica state=ok 3",
                "cluster.replica.lag node=127.0.0.1:7104 0",
                "cluster.replica.lag node=127.0.0.1:7105 0",
                "cluster.replica.lag node=127.0.0.1:7106 0",
                "cluster.slots.covered 16384",
            ],
            Observe());
    }

    [Fact]
    public void A_lost_master_its_replica_and_one_that_lags_are_told_apart()
    {
        var lost = SampleCluster.FirstMasterDown();
        Look(
            lost with
            {
                Nodes = [.. lost.Nodes.Select((node, i) => i == 1 ? node with { Replication = node.Replication! with { Offset = 1034 } } : node)],
            },
            LeaseHolding.Others);
        var measured = Observe();
        Assert.Contains("cluster.lease.held 0", measured);
        Assert.Contains("cluster.nodes role=master state=ok 2", measured);
        Assert.Contains("cluster.nodes role=master state=unreachable 1", measured);
        Assert.Contains("cluster.nodes role=replica state=disconnected 1", measured);
        Assert.Contains("cluster.nodes role=replica state=ok 2", measured);
        Assert.Contains("cluster.replica.lag node=127.0.0.1:7105 1024", measured);
        Assert.DoesNotContain(measured, value => value.Contains("node=127.0.0.1:7104", StringComparison.Ordinal));
    }

    [Fact]
    public void Repairs_are_counted_by_kind_and_outcome_and_phases_are_timed()
    {
        var seen = new List<string>();
        using var listener = Listen(seen);
        var grow = new ReconcileDecision(ReconcileKind.Grow, "too few");
        var forget = new ReconcileDecision(ReconcileKind.Forget, "gone");
        _state.PlanStarted(grow);
        _state.PhaseDone(grow, "move", TimeSpan.FromMilliseconds(1500));
        _state.PlanEnded(grow, TimeSpan.FromSeconds(2), null);
        _state.PlanStarted(forget);
        _state.PlanEnded(forget, TimeSpan.FromSeconds(2), "a node was lost");
        Assert.Equal(
            [
                "cluster.plan.phase.duration kind=Grow phase=move 1.5",
                "cluster.repairs kind=Grow outcome=done 1",
                "cluster.repairs kind=Forget outcome=failed 1",
            ],
            seen);
    }

    [Fact]
    public void Every_plan_is_one_span_with_its_steps_its_reason_and_how_it_ended()
    {
        List<Activity> ended = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == WatchTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var attach = new ReconcileDecision(ReconcileKind.Attach, "an orphan", new ClusterPlan { Operation = "attach", Phases = [] });
        _state.PlanStarted(attach);
        _state.StepDone(new(TimeSpan.Zero, "replicate", "nobody else"));
        _state.StepDone(new(TimeSpan.Zero, "sync"));
        _state.PlanEnded(attach, TimeSpan.FromSeconds(1), null);
        _state.PlanStarted(new(ReconcileKind.Fix, "half open"));
        Assert.Single(ended);
        _state.PlanEnded(new(ReconcileKind.Fix, "half open"), TimeSpan.FromSeconds(1), "a node was lost");

        Assert.Equal(["plan attach", "plan fix"], ended.Select(plan => plan.OperationName));
        Assert.Equal([ActivityStatusCode.Ok, ActivityStatusCode.Error], ended.Select(plan => plan.Status));
        Assert.Equal("a node was lost", ended[1].StatusDescription);
        Assert.Equal("Attach", ended[0].GetTagItem("cluster.plan.kind"));
        Assert.Equal("an orphan", ended[0].GetTagItem("cluster.plan.reason"));
        Assert.Equal(["replicate", "sync"], ended[0].Events.Select(step => step.Name));
        Assert.Equal("nobody else", ended[0].Events.First().Tags.Single(tag => tag.Key == "reason").Value);
        Assert.Empty(ended[1].Events);
        Assert.All(ended, plan => Assert.Null(plan.Parent));
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        _made.Add(new Meter(options));
        return _made[^1];
    }

    public void Dispose()
    {
        _meters.Dispose();
        _traces.Dispose();
        _made.ForEach(meter => meter.Dispose());
    }

    private void Look(ClusterObservation observation, LeaseHolding lease)
    {
        var desired = new DesiredCluster
        {
            Nodes = [.. Enumerable.Range(0, 6).Select(i => new DesiredNode($"node-{i}", SampleCluster.Endpoint(i)))],
            ReplicasPerShard = 1,
        };
        var (decision, _) = ReconcilePlanner.Plan(observation, desired, ReconcileMemory.Empty);
        _state.Looked(new(observation.Time, decision, new(lease, "someone"), null, observation));
    }

    private List<string> Observe()
    {
        List<string> seen = [];
        using var listener = Listen(seen);
        listener.RecordObservableInstruments();
        seen.Sort(StringComparer.Ordinal);
        return seen;
    }

    private MeterListener Listen(List<string> seen)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == this)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => seen.Add(Text(instrument, value, tags)));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add(Text(instrument, value, tags)));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add(Text(instrument, value, tags)));
        listener.Start();
        return listener;
    }

    private static string Text(Instrument instrument, IFormattable value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"), value.ToString(null, CultureInfo.InvariantCulture)]);
}
