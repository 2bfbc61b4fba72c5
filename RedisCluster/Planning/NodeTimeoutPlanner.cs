using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>CONFIG SET cluster-node-timeout and CONFIG REWRITE. A node that refuses does not keep the others from theirs.</summary>
/// <param name="Node">The node.</param>
/// <param name="Timeout">The timeout from now on.</param>
/// <param name="Previous">The timeout it has; null when it does not say.</param>
/// <param name="Reason">Why.</param>
public sealed record SetNodeTimeout(NodeEndpoint Node, TimeSpan Timeout, TimeSpan? Previous, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() =>
        $"{Node.ToClientString()}: cluster-node-timeout {(Previous is { } previous ? Milliseconds(previous) : "?")} -> {Milliseconds(Timeout)}, kept in its configuration file where it has one";
}

/// <summary>See that all nodes have the timeout, and name those that have not.</summary>
/// <param name="Nodes">All nodes of the cluster, those that do not answer included.</param>
/// <param name="Timeout">The timeout they shall have.</param>
/// <param name="Reason">Why.</param>
public sealed record VerifyNodeTimeouts(ImmutableArray<NodeEndpoint> Nodes, TimeSpan Timeout, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"see that all {Nodes.Length} nodes have {Milliseconds(Timeout)}");

    /// <inheritdoc />
    public bool Equals(VerifyNodeTimeouts? other) => other is not null && Timeout == other.Timeout && Reason == other.Reason && Nodes.SequenceEqual(other.Nodes);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Timeout, Reason, Nodes.Length);
}

/// <summary>Plans a node timeout for all nodes of a cluster. Pure.</summary>
public static class NodeTimeoutPlanner
{
    private const string Operation = "set-timeout";

    /// <summary>100 ms, as redis-cli has it: below, a busy node is taken for a dead one.</summary>
    public static TimeSpan Shortest { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Plans the change. Nodes that have the timeout are told again, because their configuration files may say something else.</summary>
    /// <param name="observation">The cluster, all nodes asked.</param>
    /// <param name="timeout">Whole milliseconds, at least <see cref="Shortest"/>.</param>
    /// <returns>Steps, or a refusal.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (timeout < Shortest || timeout.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            return ClusterPlan.Refuse(Operation, new Refusal(RefusalKind.BadRequest, null, string.Create(
                CultureInfo.InvariantCulture,
                $"a node timeout of {timeout.TotalMilliseconds} ms makes no sense: give whole milliseconds, {Shortest.TotalMilliseconds} or more.")));
        }

        var cluster = ObservedCluster.Of(observation);
        return new ClusterPlan
        {
            Operation = Operation,
            Warnings = [.. cluster.All.Where(n => !n.IsReachable).Select(n => $"{n.Endpoint.ToClientString()} does not answer and keeps the timeout it has.")],
            Phases = cluster.Views.IsEmpty ? [] :
            [
                new("set", [.. cluster.Views.Select(n => new SetNodeTimeout(n.Endpoint, timeout, n.NodeTimeout, "all nodes have to agree on when one is dead"))]),
                new("verify", [new VerifyNodeTimeouts([.. cluster.All.Select(n => n.Endpoint)], timeout, "one that has another one sees failures at other times")]),
            ],
        };
    }
}
