using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>A node that shall leave: what it has, and why it may not go.</summary>
internal sealed class LeavingNode
{
    private readonly ObservedCluster _cluster;
    private readonly SlotOwners _owners;

    public LeavingNode(ObservedCluster cluster, ClusterNode node)
    {
        (_cluster, Node) = (cluster, node);
        _owners = SlotOwners.Of(cluster);
    }

    public ClusterNode Node { get; }

    /// <summary>Whether it can be told anything.</summary>
    public bool Answers => _cluster.Find(Node.Id) is not null;

    /// <summary>Whether anybody believes that it owns a slot.</summary>
    public bool OwnsSlots => !Node.Slots.IsEmpty || _cluster.Views.Any(v => v.View!.Find(Node.Id) is { Slots.IsEmpty: false });

    /// <summary>Those that take its slots: masters that have some already, or else any.</summary>
    private List<SlotOwner> Takers
    {
        get
        {
            var others = _owners.Masters.Where(owner => owner.Id != Node.Id && !_cluster.IsFailed(owner.Id)).ToList();
            return others.Exists(owner => !owner.Slots.IsEmpty) ? others.FindAll(owner => !owner.Slots.IsEmpty) : others;
        }
    }

    public IEnumerable<Refusal> Refusals()
    {
        var name = _cluster.NameOf(Node);
        var replicas = _cluster.ReplicasOf(Node.Id).Any();
        if (OwnsSlots && !Answers)
        {
            yield return new Refusal(
                RefusalKind.LosesData,
                _cluster.EndpointOf(Node),
                $"{name} owns {Node.Slots.Count} slots and does not answer: {(replicas ? $"let its replica take over (netbox cluster failover --shard {Node.Id.ToShortString()} --force)" : "bring it back")} first.");
        }
        else if (OwnsSlots && Takers.Count == 0)
        {
            yield return new Refusal(RefusalKind.LosesData, _cluster.EndpointOf(Node), $"{name} is the only master that answers: nobody could take its slots.");
        }
        else if (OwnsSlots)
        {
            foreach (var refusal in _owners.Refusals)
            {
                yield return refusal;
            }
        }

        // A replica that leaves gives up its copy: the original has to be there.
        if (Answers && Node.MasterId is { } id && _cluster.Reference!.Find(id) is { Slots.IsEmpty: false } master
            && (_cluster.Find(id) is null || _cluster.IsFailed(id)))
        {
            yield return new Refusal(
                RefusalKind.LosesData,
                _cluster.EndpointOf(Node),
                $"{name} holds a copy of the keys of {_cluster.NameOf(master)}, which is down: let it take over first (netbox cluster failover {name} --force).");
        }
    }

    /// <summary>The steps that finish what an interrupted run left half way.</summary>
    public IEnumerable<PlanStep> Finish(MigrationTuning tuning) =>
        OwnsSlots ? _owners.Finish(tuning).Where(move => move.SourceId == Node.Id || move.TargetId == Node.Id) : [];

    /// <summary>The steps that give its slots away.</summary>
    public IEnumerable<PlanStep> Drain(MigrationTuning tuning)
    {
        if (!OwnsSlots || _owners.Find(Node.Id) is not { } source)
        {
            yield break;
        }

        var takers = Takers;
        var shares = SlotDrain.Share(source.Slots, [.. takers.Select(owner => owner.Slots.Count)]);
        foreach (var (taker, slots) in takers.Zip(shares).Where(pair => !pair.Second.IsEmpty))
        {
            yield return SlotOwners.Move(source, taker, slots, $"it leaves, and {taker.Name} has {taker.Slots.Count} slots", tuning);
        }
    }
}
