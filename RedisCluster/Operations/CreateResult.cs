using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>What <see cref="ClusterCreation"/> found or made.</summary>
/// <param name="AlreadyFormed">Whether the cluster stood before and was left alone.</param>
/// <param name="StepsDone">Steps carried out; 0 for a cluster that was left alone.</param>
/// <param name="Observation">The nodes as seen at the end.</param>
/// <param name="Report">The check made at the end.</param>
/// <param name="Elapsed">Time taken in all, waiting for the nodes included.</param>
/// <param name="WaitedForNodes">Time until every node answered.</param>
public sealed record CreateResult(
    bool AlreadyFormed,
    int StepsDone,
    ClusterObservation Observation,
    CheckReport Report,
    TimeSpan Elapsed,
    TimeSpan WaitedForNodes);

/// <summary>What <see cref="ClusterCreation"/> would do.</summary>
/// <param name="Plan">The plan, never a refused one.</param>
/// <param name="Observation">The nodes it was made for.</param>
public sealed record CreateProposal(CreatePlan Plan, ClusterObservation Observation);
