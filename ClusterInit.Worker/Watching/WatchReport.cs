using System.Text.Json.Serialization;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>The watch's state for people and scripts.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Kind">The sort of situation.</param>
/// <param name="Diagnosis">What it is, in one line.</param>
/// <param name="UnderWay">The operation that is being carried out; null when there is none.</param>
/// <param name="Because">Why it is.</param>
/// <param name="Problem">What keeps looks from being made with what is asked for, such as a list that cannot be read; null when nothing does.</param>
/// <param name="Lease">Who may act.</param>
/// <param name="LeaseDetail">The holder, or why nobody can say.</param>
/// <param name="LookedAt">When the nodes were last asked; null before the first time.</param>
/// <param name="Summary">The cluster as it is.</param>
internal sealed record WatchReport(
    string Cluster,
    ReconcileKind? Kind,
    string Diagnosis,
    string? UnderWay,
    string? Because,
    string? Problem,
    LeaseHolding? Lease,
    string? LeaseDetail,
    DateTimeOffset? LookedAt,
    ClusterSummary? Summary)
{
    public static WatchReport Of(string cluster, ReconcilerStatus? last, string? problem) => new(
        cluster,
        last?.Decision.Kind,
        last?.Decision.Diagnosis ?? "the cluster has not been looked at yet",
        last?.UnderWay?.Operation,
        last?.UnderWay?.Diagnosis,
        problem,
        last?.Lease.Holding,
        last?.Lease.Detail,
        last?.Time,
        last?.Decision.Summary);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(WatchReport))]
internal sealed partial class WatchJsonContext : JsonSerializerContext;
