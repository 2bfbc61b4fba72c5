using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.Planning;

namespace Unit.Reconciling;

/// <summary>A reconciler without network or time: looks at simulated servers, decides, does, looks again.</summary>
internal sealed class ReconcileSimulation(SimulatedCluster cluster, DesiredCluster desired)
{
    /// <summary>Looks that may lie between a fault and the end of its repair.</summary>
    private const int MostLooks = 60;

    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public DesiredCluster Desired { get; set; } = desired;

    public ReconcileMemory Memory { get; set; } = ReconcileMemory.Empty;

    public List<ReconcileKind> Done { get; } = [];

    public static DesiredCluster DesiredOf(CreateRequest request) => new()
    {
        Nodes = [.. request.Nodes.Select((node, i) => new DesiredNode($"node-{i}", node, request.Labels.GetValueOrDefault(node)))],
        ReplicasPerShard = request.ReplicasPerShard,
    };

    public ReconcileDecision Look()
    {
        _now += TimeSpan.FromSeconds(4);
        (var decision, Memory) = ReconcilePlanner.Plan(cluster.Observe() with { Time = _now }, Desired, Memory);
        return decision;
    }

    /// <summary>Until nothing changes any more.</summary>
    public ReconcileDecision Run()
    {
        var (last, same) = (Look(), 0);
        for (var look = 0; look < MostLooks && same < 6; look++)
        {
            if (last.Plan is { } plan)
            {
                Done.Add(last.Kind);
                foreach (var step in plan.Steps)
                {
                    Apply(step);
                }
            }

            var next = Look();
            same = next.Kind == last.Kind && next.Plan is null ? same + 1 : 0;
            last = next;
        }

        Assert.True(last.Plan is null, $"no end: {string.Join(", ", Done)}; {last.Diagnosis}\n{cluster.State()}");
        return last;
    }

    private void Apply(PlanStep step)
    {
        switch (step)
        {
            case MoveSlots s:
                Assert.True(s.Slots.IsSubsetOf(cluster[s.Source].Slots), "slots of another owner");
                cluster[s.Source].Slots = cluster[s.Source].Slots.Except(s.Slots);
                cluster[s.Target].Slots = cluster[s.Target].Slots.Union(s.Slots);
                break;
            case TakeOver s:
                Assert.Equal(FailoverMode.Planned, s.Mode);
                cluster.TakeOver(cluster[s.Node]);
                break;
            case Forget s:
                Assert.True(cluster[s.Node].Master?.Id != s.Id, "a replica cannot forget its master");
                cluster[s.Node].Knows.RemoveWhere(node => node.Id == s.Id);
                break;
            case Meet s:
                cluster.Apply(s);
                Gossip(cluster[s.Node]);
                break;
            case Replicate s:
                cluster[s.Node].Master = null;
                cluster.Apply(s);
                break;
            case ResetNode s:
                cluster[s.Node].Master = null;
                cluster[s.Node].Knows.Clear();
                break;
            case AwaitReplicas s:
                Assert.All(s.Replicas, replica => Assert.NotNull(cluster[replica].Master));
                break;
            case ConfirmFresh s:
                Assert.Equal(cluster[s.Node].Id, s.Id);
                break;
            case AwaitMembership or AwaitForgotten or AwaitRoles or AwaitAgreement or ProbeWrites or CopyFunctions:
                break;
            default:
                cluster.Apply(step);
                break;
        }
    }

    // Whoever knows one knows all that one knows.
    private static void Gossip(SimulatedNode start)
    {
        var all = new HashSet<SimulatedNode> { start };
        var next = new Queue<SimulatedNode>(all);
        while (next.TryDequeue(out var node))
        {
            foreach (var other in node.Knows.Where(all.Add))
            {
                next.Enqueue(other);
            }
        }

        foreach (var node in all.Where(node => !node.IsDown))
        {
            node.Knows.UnionWith(all.Where(other => other != node));
        }
    }
}
