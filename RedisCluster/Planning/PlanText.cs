using System.Collections.Immutable;
using System.Text;

namespace RedisCluster.Planning;

/// <summary>Plans for people, a line per step.</summary>
internal static class PlanText
{
    public static void Append(StringBuilder text, ImmutableArray<Refusal> refusals, ImmutableArray<string> warnings)
    {
        foreach (var refusal in refusals)
        {
            text.Append("refused: ").Append(refusal.Message).Append('\n');
        }

        foreach (var warning in warnings)
        {
            text.Append("warning: ").Append(warning).Append('\n');
        }
    }

    public static void Append(StringBuilder text, ImmutableArray<PlanPhase> phases)
    {
        foreach (var phase in phases)
        {
            text.Append(phase.Name).Append(":\n");
            foreach (var step in phase.Steps)
            {
                text.Append("  ").Append(step).Append('\n');
            }
        }
    }
}
