using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

/// <summary>Servers as far as plans can tell: they obey and refuse steps as real ones do, and news travels at once between nodes that know each other.</summary>
internal sealed class SimulatedCluster
{
    private readonly Dictionary<NodeEndpoint, SimulatedNode> _nodes = [];
    private int _placed;

    public SimulatedCluster(IEnumerable<NodeEndpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            var number = _nodes.Count + 1;
            _nodes.Add(endpoint, new SimulatedNode(endpoint, NodeId.Parse(number.ToString("x40", CultureInfo.InvariantCulture))));
        }
    }

    public IReadOnlyCollection<SimulatedNode> Nodes => _nodes.Values;

    public SimulatedNode this[NodeEndpoint endpoint] => _nodes[endpoint];

    public SimulatedNode this[int index] => _nodes.Values.ElementAt(index);

    public static SimulatedCluster Formed(CreateRequest request)
    {
        var cluster = new SimulatedCluster(request.Nodes);
        cluster.Apply(CreatePlanner.Plan(cluster.Observe(), request).Steps);
        return cluster;
    }

    public void Apply(IEnumerable<PlanStep> steps)
    {
        foreach (var step in steps)
        {
            Apply(step);
        }
    }

    public void Apply(PlanStep step)
    {
        switch (step)
        {
            case LowerNodeTimeout s:
                _nodes[s.Node].NodeTimeout = s.Timeout;
                break;
            case RestoreNodeTimeout s:
                _nodes[s.Node].NodeTimeout = s.Timeout;
                break;
            case AddSlots s:
                Assert.False(_nodes.Values.Any(n => n.Slots.Overlaps(s.Slots)), "a slot is busy");
                _nodes[s.Node].Slots = _nodes[s.Node].Slots.Union(s.Slots);
                break;
            case SetConfigEpoch s:
                Assert.Equal(0, _nodes[s.Node].Epoch);
                Assert.Empty(_nodes[s.Node].Knows);
                _nodes[s.Node].Epoch = s.Epoch;
                break;
            case Meet s:
                var target = _nodes[s.Target];
                Assert.Equal((target.Ip, target.Endpoint.Port, target.Endpoint.EffectiveBusPort), (s.TargetIp, s.TargetPort, s.TargetBusPort));
                _nodes[s.Node].Knows.Add(target);
                target.Knows.Add(_nodes[s.Node]);
                break;
            case Replicate s:
                var (node, master) = (_nodes[s.Node], _nodes[s.Master]);
                Assert.Equal(master.Id, s.MasterId);
                Assert.Contains(master, node.Knows);
                Assert.True(node.Slots.IsEmpty && node.Keys == 0 && master.Master is null, "a node that replicates has to be empty, and its master a master");
                node.Master = master;
                break;
            case AwaitAgreement s:
                Assert.Equal(_nodes.Keys.ToHashSet(), s.Nodes.ToHashSet());
                Assert.All(_nodes.Values, n => Assert.Equal(_nodes.Count - 1, n.Knows.Count));
                Assert.Equal(HashSlot.Count, _nodes.Values.Sum(n => n.Slots.Count));
                break;
            case AwaitReplicas s:
                Assert.Equal(_nodes.Values.Where(n => n.Master is not null).Select(n => n.Endpoint).ToHashSet(), s.Replicas.ToHashSet());
                break;
            case ProbeWrites s:
                Assert.All(s.Probes, p => Assert.True(_nodes[p.Master].Slots.Contains(p.Slot)));
                break;
            default:
                throw new InvalidOperationException($"Unknown step {step}");
        }
    }

    /// <summary>Lets everyone know everyone, as gossip does in the end.</summary>
    public void Gossip()
    {
        foreach (var node in _nodes.Values)
        {
            node.Knows.UnionWith(_nodes.Values.Where(n => n != node));
        }
    }

    /// <summary>A further server, or one in the place of a server that came back without its disk.</summary>
    public SimulatedNode Place(NodeEndpoint endpoint)
    {
        if (_nodes.TryGetValue(endpoint, out var lost))
        {
            lost.IsDown = true;
        }

        return _nodes[endpoint] = new SimulatedNode(endpoint, NodeId.Parse((++_placed + 1000).ToString("x40", CultureInfo.InvariantCulture)));
    }

    /// <summary>What failover does: the replica takes the slots, the old master is down or follows it.</summary>
    public void FailOver(SimulatedNode replica, bool isOldMasterDown)
    {
        var old = replica.Master!;
        replica.Master = null;
        replica.Slots = old.Slots;
        replica.Epoch = _nodes.Values.Max(n => n.Epoch) + 1;
        old.Slots = SlotSet.Empty;
        old.IsDown = isOldMasterDown;
        old.Master = isOldMasterDown ? null : replica;
    }

    /// <summary>A planned handover: the old master and all its replicas follow the new one.</summary>
    public void TakeOver(SimulatedNode replica)
    {
        var old = replica.Master!;
        FailOver(replica, isOldMasterDown: false);
        foreach (var other in _nodes.Values.Where(node => node.Master == old))
        {
            other.Master = replica;
        }
    }

    public ClusterObservation Observe() => new([.. _nodes.Values.Select(Observe)], DateTimeOffset.UnixEpoch);

    /// <summary>Everything that matters of the state, as text.</summary>
    public string State()
    {
        var text = new StringBuilder();
        foreach (var node in _nodes.Values)
        {
            text.Append(CultureInfo.InvariantCulture, $"{node.Endpoint} [{node.Slots}] of {node.Master?.Endpoint} epoch {node.Epoch} knows {node.Knows.Count} timeout {node.NodeTimeout}\n");
        }

        return text.ToString();
    }

    private static NodeObservation Observe(SimulatedNode node)
    {
        if (node.IsDown)
        {
            return new NodeObservation { Endpoint = node.Endpoint, Problem = new NodeProblem(NodeProblemKind.Unreachable, "connection refused") };
        }

        var view = new StringBuilder();
        Write(view, node, "myself,");
        foreach (var peer in node.Knows)
        {
            Write(view, peer, "");
        }

        view.Append(node.ExtraLines);
        var isOk = node.Knows.Append(node).Sum(n => n.Slots.Count) == HashSlot.Count;
        return new NodeObservation
        {
            Endpoint = node.Endpoint,
            ConnectedAddress = System.Net.IPAddress.Parse(node.Ip),
            MyId = node.Id,
            View = ClusterView.Parse(view.ToString()),
            Info = ClusterInfo.Parse(
                $"cluster_state:{(isOk ? "ok" : "fail")}\ncluster_slots_assigned:0\ncluster_slots_ok:0\ncluster_slots_pfail:0\ncluster_slots_fail:0\ncluster_known_nodes:1\ncluster_size:0\ncluster_current_epoch:0\ncluster_my_epoch:0"),
            Replication = new ReplicationInfo
            {
                Role = node.Master is null ? ReplicationRole.Master : ReplicationRole.Replica,
                MasterHost = node.Master?.Ip,
                MasterPort = node.Master?.Endpoint.Port,
                IsMasterLinkUp = node.Master is null ? null : !node.Master.IsDown,
                IsSyncInProgress = node.Master is null ? null : false,
            },
            KeyCount = node.Keys,
            NodeTimeout = node.NodeTimeout,
            IsClusterEnabled = true,
        };
    }

    private static void Write(StringBuilder text, SimulatedNode node, string myself)
    {
        var role = node.Master is null ? "master" : "slave";
        var (fail, link) = node.IsAddressLost ? (",noaddr", "disconnected") : node.IsDown ? (",fail", "disconnected") : ("", "connected");
        var address = node.IsAddressLost ? ":0@0" : string.Create(CultureInfo.InvariantCulture, $"{node.Ip}:{node.Endpoint.Port}@{node.Endpoint.EffectiveBusPort}");
        var slots = node.Slots.ToString().Replace(',', ' ');
        text.Append(
            CultureInfo.InvariantCulture,
            $"{node.Id} {address} {myself}{role}{fail} {node.Master?.Id.ToString() ?? "-"} 0 0 {node.Epoch} {link} {slots}{(myself.Length > 0 ? node.OpenSlots : "")}\n");
    }
}

internal sealed class SimulatedNode(NodeEndpoint endpoint, NodeId id)
{
    public NodeEndpoint Endpoint { get; } = endpoint;

    public NodeId Id { get; } = id;

    public string Ip { get; } = System.Net.IPAddress.TryParse(endpoint.Host, out _) ? endpoint.Host : "127.0.0.1";

    public SlotSet Slots { get; set; } = SlotSet.Empty;

    public HashSet<SimulatedNode> Knows { get; } = [];

    public SimulatedNode? Master { get; set; }

    public long Epoch { get; set; }

    public long? Keys { get; set; } = 0;

    public bool IsDown { get; set; }

    /// <summary>Another id answered where its peers looked for it.</summary>
    public bool IsAddressLost { get; set; }

    public TimeSpan NodeTimeout { get; set; } = TimeSpan.FromSeconds(15);

    public string ExtraLines { get; set; } = "";

    /// <summary>What its own line says of slots on their way, with a space before each.</summary>
    public string OpenSlots { get; set; } = "";
}
