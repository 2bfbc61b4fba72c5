using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What looking at the nodes led to.</summary>
public enum PlanOutcome
{
    /// <summary>The requested nodes are a cluster already, healthy or not. Steps, if any, only put back a node timeout an earlier run had lowered.</summary>
    AlreadyFormed,

    /// <summary>There are steps to do: all of them, or what an earlier run left undone.</summary>
    Steps,

    /// <summary>Nothing may be done; see <see cref="CreatePlan.Refusals"/>.</summary>
    Refused,
}

/// <summary>Why nothing may be done.</summary>
public enum RefusalKind
{
    /// <summary>The request itself is wrong: a negative number, no node, too few masters, a node named twice.</summary>
    BadRequest,

    /// <summary>A node does not run in cluster mode.</summary>
    NotClusterMode,

    /// <summary>A node did not answer.</summary>
    Unreachable,

    /// <summary>A node wants other credentials.</summary>
    AccessDenied,

    /// <summary>A node does not answer as a server of a supported version does.</summary>
    Unsupported,

    /// <summary>A node holds keys.</summary>
    HoldsKeys,

    /// <summary>A node belongs to a cluster with nodes that are not in the request.</summary>
    ForeignCluster,

    /// <summary>Keys that are out of reach just now would be given up.</summary>
    DataAtRisk,

    /// <summary>Slots or roles are taken in a way this tool would not have left behind.</summary>
    ForeignLayout,

    /// <summary>The cluster is not in a state in which this can be done: it has to be mended first.</summary>
    NotWell,

    /// <summary>Acknowledged writes, or the only copy of something, would be lost.</summary>
    LosesData,

    /// <summary>A folder holds files that would be overwritten.</summary>
    FilesInTheWay,
}

/// <summary>Why nothing may be done, and where.</summary>
/// <param name="Kind">The sort of reason.</param>
/// <param name="Node">The node it is about; null when it is about the request.</param>
/// <param name="Message">One line: what, where, what to do.</param>
public sealed record Refusal(RefusalKind Kind, NodeEndpoint? Node, string Message);

/// <summary>Steps that need not wait for each other, except that those of one node are done in their order.</summary>
/// <param name="Name">Short and stable, such as <c>assign</c> or <c>meet</c>.</param>
/// <param name="Steps">At least one.</param>
public sealed record PlanPhase(string Name, ImmutableArray<PlanStep> Steps)
{
    /// <inheritdoc />
    public bool Equals(PlanPhase? other) => other is not null && Name == other.Name && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Name, Steps.Length);
}

/// <summary>What to do to turn nodes into the cluster asked for.</summary>
public sealed record CreatePlan
{
    /// <summary>Nothing, steps, or a refusal.</summary>
    public required PlanOutcome Outcome { get; init; }

    /// <summary>The phases, one after the other; none when nothing is to be done.</summary>
    public ImmutableArray<PlanPhase> Phases { get; init; } = [];

    /// <summary>Why nothing may be done; at least one entry exactly when refused. The first one is the gravest.</summary>
    public ImmutableArray<Refusal> Refusals { get; init; } = [];

    /// <summary>The state the steps lead to; null when there is nothing to form or it was refused.</summary>
    public ClusterLayout? Layout { get; init; }

    /// <summary>What the user should know although it hinders nothing.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>All steps in order.</summary>
    [JsonIgnore]
    public IEnumerable<PlanStep> Steps => Phases.SelectMany(p => p.Steps);

    /// <inheritdoc />
    public bool Equals(CreatePlan? other) =>
        other is not null
        && Outcome == other.Outcome
        && Layout == other.Layout
        && Phases.SequenceEqual(other.Phases)
        && Refusals.SequenceEqual(other.Refusals)
        && Warnings.SequenceEqual(other.Warnings);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Outcome, Phases.Length, Refusals.Length);

    /// <summary>The plan for people, a line per step.</summary>
    /// <returns>Lines separated by line feeds.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        PlanText.Append(text, Refusals, Warnings);
        if (Outcome == PlanOutcome.AlreadyFormed)
        {
            text.Append("The cluster is formed already.\n");
        }

        PlanText.Append(text, Phases);
        return text.ToString();
    }
}
