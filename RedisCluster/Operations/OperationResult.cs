using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>How an operation ended.</summary>
public enum OperationOutcome
{
    /// <summary>There was nothing to do.</summary>
    NothingToDo,

    /// <summary>The plan was made, and nothing else was asked for.</summary>
    Planned,

    /// <summary>The plan was shown and not agreed to.</summary>
    Declined,

    /// <summary>Every step of the plan was done.</summary>
    Done,
}

/// <summary>What an operation on a formed cluster led to.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Plan">What was to be done.</param>
/// <param name="StepsDone">How many steps of it were done.</param>
/// <param name="Observation">The cluster at the end.</param>
/// <param name="Report">What is wrong with it at the end.</param>
/// <param name="Elapsed">From the start of the operation to its end, the answer of whoever was asked included.</param>
public sealed record OperationResult(
    OperationOutcome Outcome, ClusterPlan Plan, int StepsDone, ClusterObservation Observation, CheckReport Report, TimeSpan Elapsed);
