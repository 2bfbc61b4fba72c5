using System.Globalization;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>What the settings make of a reconciler's parts.</summary>
internal static class WatchParts
{
    /// <summary>Longer than a look at nodes that do not answer takes, short enough that a successor is soon there.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    public static IDesiredClusterSource Source(InitializerSettings settings)
    {
        var cluster = new DesiredCluster
        {
            Nodes = [.. settings.Places],
            ReplicasPerShard = settings.ReplicasPerShard,
            Shards = settings.Shards,
            NodeTimeout = settings.NodeTimeout,
            RemoveUnlisted = settings.RemoveUnlisted,
            Patience = settings.Patience,
        };
        return settings.NodesFile is { } path ? new NodesFile(path, cluster) : new FixedClusterSource(cluster);
    }

    public static ReconcilerOptions Options(InitializerSettings settings) => new()
    {
        Connection = new ClusterConnectionSettings { User = settings.User, Password = settings.Password, Tls = settings.Tls },
        Interval = settings.Interval,
    };

    public static IReconcilerLease Lease(InitializerSettings settings, ReconcilerOptions options) => settings.Lease switch
    {
        LeaseKind.None => new NoLease(),
        _ => new ClusterKeyLease(options.LookConnection, settings.Name, Holder(), LeaseTime),
    };

    private static string Holder() =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():n}");
}
