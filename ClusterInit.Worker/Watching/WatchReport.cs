using System.Text.Json.Serialization;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>The watch's state for people and scripts.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Kind">The sort of situation.</param>
/// <param name="Diagnosis">What it is, in one line.</param>
/// <param name="UnderWay">The operation that is being carried out; null when there is none.</param>
/// <param name="Lease">Who may act.</param>
/// <param name="LeaseDetail">The holder, or why nobody can say.</param>
/// <param name="LookedAt">When the nodes were last asked; null before the first time.</param>
/// <param name="Summary">The cluster as it is.</param>
internal sealed record WatchReport(
    string Cluster,
    ReconcileKind? Kind,
    string Diagnosis,
    string? UnderWay,
    LeaseHolding? Lease,
    string? LeaseDetail,
    DateTimeOffset? LookedAt,
    ClusterSummary? Summary)
{
    public static WatchReport Of(string cluster, ReconcilerStatus? last) => last is null
        ? new(cluster, null, "the cluster has not been looked at yet", null, null, null, null, null)
        : new(
            cluster, last.Decision.Kind, last.Decision.Diagnosis, last.UnderWay?.Operation, last.Lease.Holding, last.Lease.Detail, last.Time, last.Decision.Summary);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(WatchReport))]
internal sealed partial class WatchJsonContext : JsonSerializerContext;
