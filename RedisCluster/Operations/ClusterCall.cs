using System.Collections.Immutable;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Which nodes of a cluster are meant.</summary>
public enum NodeSelection
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>The masters, with and without slots.</summary>
    Masters,

    /// <summary>The replicas.</summary>
    Replicas,
}

/// <summary>What one node answered to a command.</summary>
/// <param name="Node">How it was asked.</param>
/// <param name="IsMaster">Its role, by its own word or by its peers'; null when nobody says.</param>
/// <param name="Answer">Its answer, which may be an error; null when none came.</param>
/// <param name="Problem">Why none came, in one line without the node's name; null when one did.</param>
public sealed record NodeAnswer(NodeEndpoint Node, bool? IsMaster, RespValue? Answer, string? Problem)
{
    /// <summary>Whether the node answered, and with something else than an error.</summary>
    public bool IsFine => Answer is { IsError: false };
}

/// <summary>Sends one command to every node of a cluster.</summary>
public static class ClusterCall
{
    /// <summary>Finds the nodes and asks them all at once.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="command">The command, sent as it is. It is not repeated, whatever happens.</param>
    /// <param name="nodes">Which nodes.</param>
    /// <param name="settings">How to reach them; <see cref="ClusterConnectionSettings.CommandTimeout"/> is the time each has to answer.</param>
    /// <param name="cancellationToken">Ends the waiting; what was sent may be carried out all the same.</param>
    /// <returns>One entry per node that was meant, by endpoint, those that did not answer included.</returns>
    /// <exception cref="ClusterException">No node answers (<see cref="ClusterFault.Unreachable"/>), or none is in cluster mode (<see cref="ClusterFault.Usage"/>).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<ImmutableArray<NodeAnswer>> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        RespCommand command,
        NodeSelection nodes,
        ClusterConnectionSettings settings,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(settings);
        var observation = await ClusterObserver.ObserveAsync(seeds, discover: true, settings, cancellationToken).ConfigureAwait(false);
        if (!observation.Reachable.Any())
        {
            throw new ClusterException(ClusterFault.Unreachable, $"no node answers: {Problems.List(observation.Nodes)}");
        }

        if (observation.Reachable.All(node => node.View is null))
        {
            throw new ClusterException(
                ClusterFault.Usage, $"{observation.Reachable.First().Endpoint.ToClientString()} answers but is no cluster node (cluster-enabled is no)");
        }

        var pool = new NodePool(settings);
        await using var _ = pool.ConfigureAwait(false);
        return [.. await Task.WhenAll(Select(observation, nodes).Select(node => AskAsync(pool, node, command, cancellationToken))).ConfigureAwait(false)];
    }

    private static IEnumerable<(NodeObservation Node, bool? IsMaster)> Select(ClusterObservation observation, NodeSelection nodes)
    {
        var cluster = ObservedCluster.Of(observation);
        return cluster.All
            .Select(node => (
                Node: node,
                IsMaster: node.View?.Myself.IsMaster ?? cluster.Nodes.FirstOrDefault(known => cluster.EndpointOf(known) == node.Endpoint)?.IsMaster))
            .Where(node => nodes switch
            {
                NodeSelection.Masters => node.IsMaster == true,
                NodeSelection.Replicas => node.IsMaster == false,
                _ => true,
            });
    }

    private static async Task<NodeAnswer> AskAsync(
        NodePool pool, (NodeObservation Node, bool? IsMaster) asked, RespCommand command, CancellationToken cancellationToken)
    {
        var (node, isMaster) = asked;
        if (node.Problem is { } problem)
        {
            return new(node.Endpoint, isMaster, null, problem.Message);
        }

        try
        {
            var connection = await pool.GetAsync(node.Endpoint, cancellationToken).ConfigureAwait(false);
            return new(node.Endpoint, isMaster, await connection.TrySendAsync(command, cancellationToken).ConfigureAwait(false), null);
        }
        catch (RespException error)
        {
            return new(node.Endpoint, isMaster, null, Problems.Of(error, node.Endpoint).Message);
        }
    }
}
