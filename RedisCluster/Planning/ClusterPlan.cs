using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What an operation on a formed cluster is going to do: data that can be shown, tested, stored and made anew at any time.</summary>
public sealed record ClusterPlan
{
    /// <summary>The operation as it is called on the command line, such as <c>rebalance</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The phases, one after the other; none when nothing is to be done.</summary>
    public ImmutableArray<PlanPhase> Phases { get; init; } = [];

    /// <summary>Why nothing may be done; the first one is the gravest. A plan with a refusal has no phases.</summary>
    public ImmutableArray<Refusal> Refusals { get; init; } = [];

    /// <summary>What the user should know although it hinders nothing.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Nodes that belong to the cluster only when the plan is done.</summary>
    public ImmutableArray<NodeEndpoint> Joining { get; init; } = [];

    /// <summary>Nodes that no longer belong to the cluster when the plan is done.</summary>
    public ImmutableArray<NodeEndpoint> Leaving { get; init; } = [];

    /// <summary>Whether nothing may be done.</summary>
    [JsonIgnore]
    public bool IsRefused => !Refusals.IsEmpty;

    /// <summary>Whether there is nothing to do.</summary>
    [JsonIgnore]
    public bool IsEmpty => Phases.IsEmpty;

    /// <summary>All steps in order.</summary>
    [JsonIgnore]
    public IEnumerable<PlanStep> Steps => Phases.SelectMany(p => p.Steps);

    /// <summary>A plan that says why nothing may be done.</summary>
    /// <param name="operation">The operation as it is called on the command line.</param>
    /// <param name="refusals">At least one.</param>
    /// <returns>The plan.</returns>
    public static ClusterPlan Refuse(string operation, params ReadOnlySpan<Refusal> refusals) => new() { Operation = operation, Refusals = [.. refusals] };

    /// <inheritdoc />
    public bool Equals(ClusterPlan? other) =>
        other is not null
        && Operation == other.Operation
        && Phases.SequenceEqual(other.Phases)
        && Refusals.SequenceEqual(other.Refusals)
        && Warnings.SequenceEqual(other.Warnings)
        && Joining.SequenceEqual(other.Joining)
        && Leaving.SequenceEqual(other.Leaving);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Operation, Phases.Length, Refusals.Length);

    /// <summary>The plan for people, a line per step.</summary>
    /// <returns>Lines, each ended by a line feed.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        PlanText.Append(text, Refusals, Warnings);
        if (IsEmpty && !IsRefused)
        {
            text.Append("There is nothing to do.\n");
        }

        PlanText.Append(text, Phases);
        return text.ToString();
    }
}
