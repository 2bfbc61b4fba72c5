using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace RedisCluster.Planning;

/// <summary>Plans for people, a line per step. Where all nodes meet all others, which are soon thousands of steps, one line says so.</summary>
internal static class PlanText
{
    private const int ManyMeetings = 12;

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
            var summary = Summary(phase);
            foreach (var step in phase.Steps.Where(step => summary is null || step is not Meet))
            {
                text.Append("  ").Append(step).Append('\n');
            }

            if (summary is { } line)
            {
                text.Append("  ").Append(line.Text).Append(" (").Append(line.Reason).Append(")\n");
            }
        }
    }

    /// <summary>What stands for all the meetings of a phase; null where they are told one by one.</summary>
    public static (string Text, string Reason)? Summary(PlanPhase phase)
    {
        var meetings = phase.Steps.OfType<Meet>().ToList();
        var nodes = meetings.Select(meet => meet.Node).Distinct().Count();
        return meetings.Count <= ManyMeetings ? null
            : (string.Create(CultureInfo.InvariantCulture, $"{nodes} nodes: meet those they do not know yet, {meetings.Count} times CLUSTER MEET"), "each of them introduced by hand spares waiting for gossip");
    }
}
