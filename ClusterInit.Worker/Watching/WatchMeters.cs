using System.Diagnostics.Metrics;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace ClusterInit.Worker;

/// <summary>What the watch tells about the cluster and about itself.</summary>
internal sealed class WatchMeters : IDisposable
{
    public const string MeterName = "ClusterInit.Worker";

    private readonly Meter _meter;
    private readonly Counter<long> _repairs;
    private readonly Histogram<double> _phases;
    private volatile ReconcilerStatus? _last;

    public WatchMeters(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _repairs = _meter.CreateCounter<long>("cluster.repairs", "{plan}", "Plans carried out, by kind and outcome.");
        _phases = _meter.CreateHistogram<double>("cluster.plan.phase.duration", "s", "Time of a phase of a plan, by the plan's kind and the phase.");
        _meter.CreateObservableGauge("cluster.slots.covered", SlotsCovered, "{slot}", "Slots with an owner.");
        _meter.CreateObservableGauge("cluster.nodes", Nodes, "{node}", "Nodes of the cluster, by role and state.");
        _meter.CreateObservableGauge("cluster.replica.lag", ReplicaLag, "By", "Bytes of the replication stream that a replica has not applied yet.");
        _meter.CreateObservableGauge("cluster.lease.held", LeaseHeld, "{lease}", "1 where this instance may act.");
    }

    public void Looked(ReconcilerStatus status) => _last = status;

    public void PhaseDone(ReconcileKind kind, string phase, TimeSpan elapsed) =>
        _phases.Record(elapsed.TotalSeconds, new("kind", kind.ToString()), new("phase", phase));

    public void PlanEnded(ReconcileKind kind, bool done) => _repairs.Add(1, new("kind", kind.ToString()), new("outcome", done ? "done" : "failed"));

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<int>> SlotsCovered() => _last?.Decision.Summary is { } summary ? [new(summary.SlotsCovered)] : [];

    private IEnumerable<Measurement<int>> LeaseHeld() => _last is { } last ? [new(last.Lease.Holding == LeaseHolding.Mine ? 1 : 0)] : [];

    private IEnumerable<Measurement<int>> Nodes() => (_last?.Decision.Summary?.Shards ?? [])
        .SelectMany(shard => shard.Replicas.Prepend(shard.Master))
        .GroupBy(node => (Role: node.IsMaster ? "master" : "replica", State: StateOf(node)))
        .Select(nodes => new Measurement<int>(nodes.Count(), new("role", nodes.Key.Role), new("state", nodes.Key.State)));

    private IEnumerable<Measurement<long>> ReplicaLag()
    {
        if (_last is not { } last)
        {
            return [];
        }

        return (last.Decision.Summary?.Shards ?? [])
            .SelectMany(shard => shard.Replicas.Select(replica => (Replica: replica, Behind: Behind(last.Observation, shard.Master.Id, replica.Id))))
            .Where(lag => lag.Behind is not null)
            .Select(lag => new Measurement<long>(lag.Behind!.Value, new KeyValuePair<string, object?>("node", lag.Replica.Endpoint.ToClientString())));
    }

    // The two were asked at about the same time, not at the same one.
    private static long? Behind(ClusterObservation observation, NodeId master, NodeId replica) =>
        observation.Find(master)?.Replication is { } sent && observation.Find(replica)?.Replication is { } applied
            ? Math.Max(0, sent.Offset - applied.Offset)
            : null;

    private static string StateOf(NodeSummary node) =>
        node.IsReachable != true ? "unreachable"
        : node.IsFailed ? "failed"
        : node.IsMasterLinkUp == false ? "disconnected"
        : "ok";
}
