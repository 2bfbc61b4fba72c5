using System.Globalization;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>What the settings make of a reconciler's parts.</summary>
internal static class WatchParts
{
    /// <summary>Time for a few looks, and for the slowest one at nodes that do not answer; short enough that a successor is soon there.</summary>
    private const int LooksPerLease = 5;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(4);

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

    /// <summary>The lease that is a key of the cluster.</summary>
    public static ClusterKeyLease Key(InitializerSettings settings, ReconcilerOptions options, string holder) =>
        new(options.LookConnection, settings.Name, holder, Longer(settings.Interval * LooksPerLease, ShortestLease));

    /// <summary>Who asks for leases: unique, and tells people where to look.</summary>
    public static string Holder() =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():n}");

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
