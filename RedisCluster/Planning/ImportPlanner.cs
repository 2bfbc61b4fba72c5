using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>The server to import from, as it describes itself.</summary>
/// <param name="Endpoint">Where it is.</param>
/// <param name="IsClusterEnabled">Whether it runs in cluster mode.</param>
/// <param name="IsReplica">Whether it follows a master, so that nothing can be deleted on it.</param>
/// <param name="Keys">How many keys each of its databases holds; those without keys are left out.</param>
public sealed record ImportSource(NodeEndpoint Endpoint, bool IsClusterEnabled, bool IsReplica, ImmutableSortedDictionary<int, long> Keys);

/// <summary>What to import.</summary>
/// <param name="Source">The server.</param>
/// <param name="Copy">Whether the keys stay there as well.</param>
/// <param name="Replace">Whether keys of the cluster with the same name are overwritten.</param>
public sealed record ImportRequest(ImportSource Source, bool Copy = false, bool Replace = false);

/// <summary>Decides whether the keys of a server may come into a cluster. Pure: the same input gives the same plan.</summary>
public static class ImportPlanner
{
    /// <summary>The operation's name.</summary>
    public const string Operation = "import";

    /// <summary>Plans an import. Refused where the source is a cluster node or keeps keys in a database that a cluster does not have.</summary>
    /// <param name="observation">All nodes of the cluster.</param>
    /// <param name="request">What is asked for.</param>
    /// <returns>One step, nothing to do, or a refusal.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, ImportRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        var cluster = ObservedCluster.Of(observation);
        ImmutableArray<Refusal> refusals = [.. Refuse(request), .. BackupRules.Check(observation, "imported")];
        return !refusals.IsEmpty ? new() { Operation = Operation, Refusals = refusals }
            : request.Source.Keys.GetValueOrDefault(0) is var count and > 0
                ? new()
                {
                    Operation = Operation,
                    Phases =
                    [
                        new("import",
                        [
                            new ImportKeys(
                                request.Source.Endpoint,
                                [.. BackupRules.Masters(cluster).Select(cluster.EndpointOf)],
                                count,
                                request.Copy,
                                request.Replace,
                                "each key goes to the owner of its slot"),
                        ]),
                    ],
                }
            : new() { Operation = Operation };
    }

    private static IEnumerable<Refusal> Refuse(ImportRequest request)
    {
        var source = request.Source;
        var name = source.Endpoint.ToClientString();
        if (source.IsClusterEnabled)
        {
            yield return new(
                RefusalKind.BadRequest, source.Endpoint, $"{name} is a cluster node itself: import takes servers outside of clusters; use backup and restore between clusters");
        }

        if (source.IsReplica && !request.Copy)
        {
            yield return new(
                RefusalKind.BadRequest, source.Endpoint, $"{name} is a replica, on which nothing can be deleted: import from its master, or only --copy");
        }

        if (source.Keys.Keys.Any(database => database != 0))
        {
            var others = string.Join(", ", source.Keys.Where(keys => keys.Key != 0).Select(keys => $"db{keys.Key} ({keys.Value} keys)"));
            yield return new(
                RefusalKind.ForeignLayout, source.Endpoint, $"{name} has keys in {others}, and a cluster has database 0 only: nothing was imported; bring them into database 0 or remove them first");
        }
    }
}
