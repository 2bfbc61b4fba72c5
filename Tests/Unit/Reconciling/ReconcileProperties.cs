using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.Planning;

namespace Unit.Reconciling;

public class ReconcileProperties
{
    /// <summary>Whatever failed over: masters end up on as many hosts as at first, one handover at a time, and nothing else is done.</summary>
    [Property(MaxTest = 50)]
    public Property Masters_go_back_to_where_they_are_spread(PositiveInt seed)
    {
        var random = new Random(seed.Get);
        var hosts = random.Next(3, 7);
        var request = Requests.OnHosts(Enumerable.Range(0, 12).Select(i => i % hosts), 1 + random.Next(2));
        var cluster = SimulatedCluster.Formed(request);
        var simulation = new ReconcileSimulation(cluster, ReconcileSimulation.DesiredOf(request));
        var best = Spread(cluster);
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var replicas = cluster.Nodes.Where(node => node.Master is not null).ToList();
            cluster.TakeOver(replicas[random.Next(replicas.Count)]);
        }

        var end = simulation.Run();
        return (end.Kind == ReconcileKind.Steady && simulation.Done.TrueForAll(kind => kind == ReconcileKind.Handover) && Spread(cluster) <= best)
            .Label($"{end.Kind}: {end.Diagnosis}; {string.Join(',', simulation.Done)}; {Spread(cluster)} against {best}");
    }

    /// <summary>Any number of lost disks, further nodes and failovers in any order end in the cluster wanted.</summary>
    [Property(MaxTest = 50)]
    public Property Whatever_happens_ends_in_the_cluster_wanted(PositiveInt seed)
    {
        var random = new Random(seed.Get);
        var request = Requests.Local(8, 1);
        var cluster = SimulatedCluster.Formed(request);
        var simulation = new ReconcileSimulation(cluster, ReconcileSimulation.DesiredOf(request));
        simulation.Look();
        for (var i = 0; i < 4; i++)
        {
            Disturb(cluster, simulation, random);
        }

        var end = simulation.Run();
        var owners = cluster.Nodes.Where(node => !node.Slots.IsEmpty).ToList();
        var isWanted = end.Kind == ReconcileKind.Steady
            && owners.Count == simulation.Desired.ShardCount
            && owners.Sum(owner => owner.Slots.Count) == HashSlot.Count
            && owners.TrueForAll(owner => cluster.Nodes.Any(node => node.Master == owner))
            && cluster.Nodes.All(node => node.Knows.Count == cluster.Nodes.Count - 1);
        return isWanted.Label($"{end.Kind}: {end.Diagnosis}; {string.Join(',', simulation.Done)}\n{cluster.State()}");
    }

    private static void Disturb(SimulatedCluster cluster, ReconcileSimulation simulation, Random random)
    {
        var replicas = cluster.Nodes.Where(node => node.Master is not null).ToList();
        switch (random.Next(4))
        {
            case 0:
                cluster.Place(replicas[random.Next(replicas.Count)].Endpoint);
                break;
            case 1:
                cluster.TakeOver(replicas[random.Next(replicas.Count)]);
                break;
            case 2:
                var next = new NodeEndpoint("127.0.0.1", 7101 + cluster.Nodes.Count);
                cluster.Place(next);
                simulation.Desired = simulation.Desired with { Nodes = simulation.Desired.Nodes.Add(new($"node-{cluster.Nodes.Count - 1}", next)) };
                break;
            default:
                simulation.Look();
                break;
        }
    }

    private static int Spread(SimulatedCluster cluster) => cluster.Nodes
        .Where(node => !node.Slots.IsEmpty)
        .GroupBy(node => node.Ip)
        .Sum(host => host.Count() * host.Count());
}
