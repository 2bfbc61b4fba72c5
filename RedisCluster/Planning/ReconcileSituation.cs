using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Who is at a place.</summary>
internal enum PlaceState
{
    /// <summary>Nobody answers.</summary>
    Silent,

    /// <summary>A node that knows nobody, owns nothing and holds no key.</summary>
    Blank,

    /// <summary>A member of the cluster.</summary>
    Member,

    /// <summary>A node of another cluster, one that holds keys of its own, or no node of a cluster at all.</summary>
    Stranger,
}

/// <summary>A place and who is there.</summary>
internal sealed record Place(DesiredNode Node, PlaceState State, NodeObservation? Said)
{
    /// <summary>The place's node as a member; null unless it is one.</summary>
    public NodeId? Id => State == PlaceState.Member ? Said!.MyId : null;

    /// <summary>Why nobody answers, for a diagnosis.</summary>
    public string Problem => Said?.Problem?.Message ?? "no answer";
}

/// <summary>An observation seen from the cluster there shall be: which places are taken by whom, and which nodes are one cluster.</summary>
internal sealed class ReconcileSituation
{
    private readonly Dictionary<NodeId, Place> _placeOf;

    private ReconcileSituation(
        DesiredCluster desired, ImmutableArray<Place> places, ImmutableArray<Member> members, ClusterObservation membersOnly, ReconcileMemory memory)
    {
        Desired = desired;
        Places = places;
        Members = members;
        Memory = memory;
        Watch = new ReconcileWatch(memory.Since, membersOnly.Time);
        MembersOnly = membersOnly;
        Cluster = ObservedCluster.Of(MembersOnly);
        Labels = desired.Nodes.Where(node => node.Labels is not null).ToImmutableDictionary(node => node.Endpoint, node => node.Labels!);
        _placeOf = places.Where(place => place.Id is not null).ToDictionary(place => place.Id!.Value);
        Gone = [.. Members
            .SelectMany(member => member.View!.Nodes)
            .Where(node => !node.IsHandshake && Cluster.Find(node.Id) is null)
            .Select(node => node.Id)
            .Distinct()
            .Order()];
    }

    public DesiredCluster Desired { get; }

    /// <summary>In the order of the desired nodes.</summary>
    public ImmutableArray<Place> Places { get; }

    /// <summary>The nodes of the cluster that answer, those at the places first.</summary>
    public ImmutableArray<Member> Members { get; }

    public ReconcileMemory Memory { get; }

    public ReconcileWatch Watch { get; }

    /// <summary>The observation without those who answer and are not members.</summary>
    public ClusterObservation MembersOnly { get; }

    /// <summary>What the members say.</summary>
    public ObservedCluster Cluster { get; }

    /// <summary>Where the nodes at the places run, as far as that was told.</summary>
    public ImmutableDictionary<NodeEndpoint, NodeLabels> Labels { get; }

    /// <summary>Ids that members remember and nobody has who answers.</summary>
    public ImmutableArray<NodeId> Gone { get; }

    /// <summary>Whether every slot has an owner, alive or not.</summary>
    public bool IsStanding => Cluster.Reference?.CoveredSlots().Count == HashSlot.Count;

    public IEnumerable<Place> At(PlaceState state) => Places.Where(place => place.State == state);

    public Place? PlaceOf(NodeId id) => _placeOf.GetValueOrDefault(id);

    /// <summary>The place's name, or else the address.</summary>
    public string NameOf(NodeId id) =>
        PlaceOf(id)?.Node.Name
        ?? (Memory.Places.FirstOrDefault(place => place.Value == id) is { Key: { } name } ? name : null)
        ?? (Cluster.Nodes.FirstOrDefault(node => node.Id == id) is { } node ? Cluster.NameOf(node) : id.ToShortString());

    /// <summary>Whether a replica answers and could take its master's place.</summary>
    public bool IsWorking(ClusterNode replica) => Cluster.Find(replica.Id) is not null && ReplicaRules.IsWorking(replica, Cluster);

    /// <summary>Whether a member at no place may be taken out: it was listed once, or all that are not listed go, and no listed place can be its own.</summary>
    public bool MayLeave(NodeId id) => (Desired.RemoveUnlisted || Memory.Listed.Contains(id)) && !MayBeAwaited(id);

    /// <summary>The node that was last seen at a place, where its peers find it at another address; null when they do not.</summary>
    public NodeObservation? Elsewhere(Place place) =>
        Memory.Places.TryGetValue(place.Node.Name, out var id) && PlaceOf(id) is null ? Cluster.Find(id) : null;

    public ReconcileMemory Remember()
    {
        var taken = Places.Where(place => place.Id is not null).Select(place => KeyValuePair.Create(place.Node.Name, place.Id!.Value)).ToList();
        return new ReconcileMemory
        {
            Since = Watch.Still,
            Places = Memory.Places.SetItems(taken),
            Listed = Memory.Listed.Union(taken.Select(place => place.Value)),
        };
    }

    /// <summary>
    /// Whether a place at which nobody answers may be this node's, found by its peers where the list does not lead: its name does not resolve
    /// at the moment, or the list does not know its new address yet.
    /// </summary>
    private bool MayBeAwaited(NodeId id)
    {
        var silent = At(PlaceState.Silent).Select(place => Memory.Places.TryGetValue(place.Node.Name, out var before) ? before : (NodeId?)null).ToList();

        // A place of which nothing is known belongs to a node that is gone, as far as there are any that do not belong to another place.
        var unknown = silent.Count(before => before is not { } known || PlaceOf(known) is not null);
        return silent.Contains(id)
            || unknown > Gone.Except(Desired.Nodes.Where(node => Memory.Places.ContainsKey(node.Name)).Select(node => Memory.Places[node.Name])).Count();
    }

    public static ReconcileSituation Of(ClusterObservation observation, DesiredCluster desired, ReconcileMemory memory)
    {
        var said = desired.Nodes.Select(node => observation.Find(node.Endpoint)).ToList();
        var listed = said.OfType<NodeObservation>().Where(node => node.MyId is not null).Select(node => node.MyId!.Value).ToHashSet();
        var cluster = ClusterIds.Of(observation, listed, memory);
        ImmutableArray<Place> places = [.. desired.Nodes.Select((node, i) => new Place(node, StateOf(said[i], cluster), said[i]))];
        var atPlaces = places.Where(place => place.State == PlaceState.Member).Select(place => place.Said!).ToList();
        var others = observation.Nodes.Where(node => node.MyId is { } id && cluster.Contains(id) && !listed.Contains(id) && node.View is not null);
        ImmutableArray<Member> members = [.. atPlaces.Concat(others).Select((node, i) => new Member(i, node.Endpoint, node))];
        var membersOnly = observation with { Nodes = [.. members.Select(member => member.Observation!), .. observation.Nodes.Where(node => !node.IsReachable)] };
        return new(desired, places, members, membersOnly, memory);
    }

    private static PlaceState StateOf(NodeObservation? said, IReadOnlySet<NodeId> cluster) =>
        said is not { IsReachable: true } ? PlaceState.Silent
        : said is { View: not null, MyId: { } id } && cluster.Contains(id) ? PlaceState.Member
        : ClusterIds.IsBlank(said) ? PlaceState.Blank
        : PlaceState.Stranger;
}
