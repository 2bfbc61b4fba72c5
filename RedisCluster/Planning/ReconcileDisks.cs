using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>
/// Fresh nodes at places of a cluster that stands: one that came back without its disk takes the role of the one that was there, whom
/// nobody will see again; one at a place that is new becomes a member.
/// </summary>
internal static class ReconcileDisks
{
    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        var blanks = situation.At(PlaceState.Blank).ToList();
        if (blanks.Count == 0)
        {
            return null;
        }

        if (Predecessors(situation).FirstOrDefault() is ({ } place, var old))
        {
            return Replace(situation, place, old);
        }

        var names = Names.List([.. blanks.Select(place => place.Node.Name)]);
        return new(
            ReconcileKind.Join,
            string.Create(CultureInfo.InvariantCulture, $"{names} {(blanks.Count == 1 ? "is a fresh node" : "are fresh nodes")} at places of the cluster"),
            new ClusterPlan { Operation = "join", Phases = [.. Joining(situation, blanks)], Joining = [.. blanks.Select(place => place.Node.Endpoint)] });
    }

    /// <summary>Fresh nodes and who was at their places before: the one that lost its disk and will never be seen again.</summary>
    public static IEnumerable<(Place Place, NodeId Old)> Predecessors(ReconcileSituation situation)
    {
        var blanks = situation.At(PlaceState.Blank).ToList();
        foreach (var place in blanks)
        {
            if (Predecessor(situation, place, blanks.Count) is { } old)
            {
                yield return (place, old);
            }
        }
    }

    // Whom the place belonged to: by memory, by the address or the name others remember, or because nobody else is left.
    private static NodeId? Predecessor(ReconcileSituation situation, Place place, int blanks)
    {
        if (situation.Memory.Places.TryGetValue(place.Node.Name, out var before))
        {
            return situation.Gone.Contains(before) ? before : null;
        }

        var here = new Member(0, place.Node.Endpoint, place.Said);
        var known = situation.Members.SelectMany(member => member.View!.Nodes).Where(node => situation.Gone.Contains(node.Id));
        return known.FirstOrDefault(node => here.MayBeAt(node.Address) || IsNamed(node.Address, place.Node))?.Id
            ?? (blanks == 1 && situation.Gone.Length == 1 && !situation.At(PlaceState.Silent).Any() ? situation.Gone[0] : null);
    }

    private static bool IsNamed(NodeAddress address, DesiredNode node) =>
        address.Hostname.Length > 0 && (string.Equals(address.Hostname, node.Endpoint.Host, StringComparison.OrdinalIgnoreCase)
            || address.Hostname.StartsWith($"{node.Name}.", StringComparison.OrdinalIgnoreCase));

    private static ReconcileDecision Replace(ReconcileSituation situation, Place place, NodeId old)
    {
        var cluster = situation.Cluster;
        var former = cluster.Reference!.Find(old)?.MasterId is { } id ? cluster.Reference.Find(id) : null;
        var need = new ReplicaNeed(cluster, situation.Labels);
        var master = former is { Slots.IsEmpty: false } && cluster.Find(former.Id) is not null
            ? former
            : need.Choose(need.Place(place.Node.Endpoint, new Member(0, place.Node.Endpoint, place.Said).MeetIp, place.Said!.AvailabilityZone));
        var name = place.Node.Name;
        var diagnosis = $"{name} came back without its disk, as {place.Said!.MyId!.Value.ToShortString()}; it was {old.ToShortString()}";
        if (master is null)
        {
            return new(ReconcileKind.Waiting, $"{diagnosis}. No master with slots answers that it could follow");
        }

        ImmutableArray<NodeEndpoint> everyone = [.. situation.Members.Select(member => member.Endpoint), place.Node.Endpoint];
        const string Lost = "its disk is lost, and nobody will see it again";
        return new(
            ReconcileKind.Replace,
            diagnosis,
            new ClusterPlan
            {
                Operation = "replace",
                Joining = [place.Node.Endpoint],
                Phases =
                [
                    .. Joining(situation, [place]),
                    new("replicate", [new Replicate(place.Node.Endpoint, cluster.EndpointOf(master), master.Id, $"it takes the role of {old.ToShortString()}, which was at its place")]),
                    new("sync", [new AwaitReplicas([place.Node.Endpoint], "a replica without the data protects nothing")]),
                    new("forget", [.. everyone.Select(node => new Forget(node, old, Lost))]),
                    new("forgotten", [new AwaitForgotten(everyone, old, "one that still knows it would bring it back")]),
                ],
            });
    }

    private static IEnumerable<PlanPhase> Joining(ReconcileSituation situation, IReadOnlyList<Place> places)
    {
        ImmutableArray<NodeId> known = [.. situation.Cluster.Nodes.Select(node => node.Id), .. places.Select(place => place.Said!.MyId!.Value)];
        ImmutableArray<NodeEndpoint> everyone = [.. situation.Members.Select(member => member.Endpoint), .. places.Select(place => place.Node.Endpoint)];
        yield return new("confirm", [.. places.Select(place => new ConfirmFresh(
            place.Node.Endpoint, place.Said!.MyId!.Value, known, "an address may have found another owner, and to meet it would merge two clusters"))]);
        yield return new("meet", [.. places.SelectMany((place, i) => Meetings(situation, places, place, i))]);
        yield return new("know", [new AwaitMembership(everyone, "a node has joined when every other one says so")]);
    }

    private static IEnumerable<PlanStep> Meetings(ReconcileSituation situation, IReadOnlyList<Place> places, Place place, int index)
    {
        var target = new Member(0, place.Node.Endpoint, place.Said);
        return situation.Members.Take(ReconcileAddresses.LargestMesh).Select(member => member.Endpoint)
            .Concat(places.Take(index).Select(other => other.Node.Endpoint))
            .Select(node => new Meet(node, place.Node.Endpoint, target.MeetIp, target.MeetPort, target.MeetBusPort, "it does not know that node yet"));
    }
}
