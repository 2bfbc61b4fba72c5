using System.Collections.Immutable;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Takes a node into a cluster, as a master without slots or as a replica, or finishes what an earlier run began.</summary>
/// <remarks>
/// <para>
/// Nothing that could hold data is touched: a node with keys, slots or functions of its own, or one that knows strangers, is refused. Its id
/// is confirmed right before the others meet it, and at the address at which they will, because MEET would merge two clusters.
/// </para>
/// <para>A master gets the cluster's functions before it joins. A replica is in step with its master when the run returns.</para>
/// </remarks>
public static class ClusterAddNode
{
    /// <summary>Looks, plans, asks, joins and checks.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="request">The node, and what it becomes.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; a later run takes up where it stopped.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        AddNodeRequest request,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        RunAsync(seeds, request, options, progress, null, cancellationToken);

    /// <summary>As above, with a hook after each step; an <see cref="InjectedKillException"/> it throws ends the run as SIGKILL would.</summary>
    internal static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        AddNodeRequest request,
        OperationOptions options,
        IProgress<ClusterProgress>? progress,
        AfterStep? afterStep,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OperationRun.RunAsync(
            seeds,
            options,
            progress,
            async (run, observation, token) => AddNodePlanner.Plan(observation, await LookAsync(run.Pool, observation, request, token).ConfigureAwait(false), request),
            cancellationToken,
            afterStep);
    }

    private static async Task<JoiningNode> LookAsync(NodePool pool, ClusterObservation cluster, AddNodeRequest request, CancellationToken token)
    {
        var said = await NodeReader.ReadAsync(pool, request.Node, token).ConfigureAwait(false);
        if (said is not { IsReachable: true, View: not null })
        {
            return new(said, [], null, []);
        }

        var source = AddNodePlanner.Source(ObservedCluster.Of(cluster), said.MyId);
        return new(
            said,
            await FunctionsAsync(pool, request.Node, token).ConfigureAwait(false),
            await IdAtMeetAddressAsync(pool, new Member(0, request.Node, said), token).ConfigureAwait(false),
            source is null ? [] : await FunctionsAsync(pool, source, token).ConfigureAwait(false));
    }

    private static async Task<ImmutableArray<FunctionLibrary>> FunctionsAsync(
        NodePool pool, NodeEndpoint node, CancellationToken token) =>
        FunctionLibrary.Parse(await pool.SendAsync(node, RespCommand.Of("FUNCTION", "LIST", "WITHCODE"), token).ConfigureAwait(false));

    private static async Task<NodeId?> IdAtMeetAddressAsync(NodePool pool, Member node, CancellationToken token)
    {
        var seen = await NodeReader.ReadAsync(pool, new(node.MeetIp, node.MeetPort), token).ConfigureAwait(false);
        return seen.IsReachable ? seen.MyId : null;
    }
}
