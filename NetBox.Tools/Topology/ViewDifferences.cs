using RedisCluster.Topology;

namespace NetBox.Tools.Topology;

/// <summary>Every node has a view of its own; this is where these differ, and who holds what. Nodes of another cluster are left out.</summary>
internal static class ViewDifferences
{
    private const string NotKnown = "not known";

    public static IReadOnlyList<ViewDifference> Find(ClusterObservation observation, NodeObservation reference)
    {
        var views = observation.Reachable
            .Where(node => node.View is { } view && (reference.View!.Find(view.Myself.Id) is not null || view.Find(reference.View.Myself.Id) is not null))
            .DistinctBy(node => node.View!.Myself.Id)
            .Select(node => (Name: NameOf(node.View!.Myself.Id), View: node.View!, node.Info))
            .OrderBy(node => node.Name, StringComparer.Ordinal)
            .ToList();
        var ids = views.SelectMany(view => view.View.Nodes).Where(node => !node.IsHandshake).Select(node => node.Id).Distinct()
            .OrderBy(NameOf, StringComparer.Ordinal);
        return
        [
            .. Difference("cluster", "state", views.Where(view => view.Info is not null).Select(view => (view.Name, view.Info!.IsOk ? "ok" : "fail"))),
            .. Owners([.. views.Select(view => (view.Name, view.View))], NameOf),
            .. ids.SelectMany(id => Node(NameOf(id), [.. views.Select(view => (view.Name, view.View.Find(id)))])),
        ];

        string NameOf(NodeId id)
        {
            var said = observation.Find(id);
            var address = reference.View!.Find(id)?.Address ?? said?.View?.Myself.Address
                ?? observation.Reachable.Select(node => node.View?.Find(id)).FirstOrDefault(node => node is not null)?.Address;
            return address is { Ip.Length: > 0 } ? address.ToClientString() : said?.Endpoint.ToClientString() ?? id.ToShortString();
        }

        IEnumerable<ViewDifference> Node(string name, List<(string By, ClusterNode? Node)> lines)
        {
            var known = lines.Where(line => line.Node is { IsHandshake: false }).Select(line => (line.By, Node: line.Node!)).ToList();
            return
            [
                .. Difference(name, "member", lines.Select(line => (line.By, line.Node is { IsHandshake: false } ? "known" : NotKnown))),
                .. Difference(name, "role", known.Select(line => (line.By, line.Node.MasterId is { } master ? $"replica of {NameOf(master)}" : "master"))),
                .. Difference(name, "health", known.Where(line => !line.Node.IsMyself).Select(line => (line.By, Health(line.Node)))),
                .. Difference(name, "address", known.Where(line => line.Node.Address is { IsKnown: true, Ip.Length: > 0 }).Select(line => (line.By, $"{line.Node.Address.ToClientString()}@{line.Node.Address.BusPort}"))),
                .. Difference(name, "epoch", known.Where(line => line.Node.IsMaster && !line.Node.Slots.IsEmpty).Select(line => (line.By, line.Node.ConfigEpoch.ToString(System.Globalization.CultureInfo.InvariantCulture)))),
            ];
        }
    }

    private static string Health(ClusterNode node) => node switch { { IsFailed: true } => "failed", { IsPossiblyFailed: true } => "suspected", _ => "ok" };

    private static IEnumerable<ViewDifference> Owners(List<(string Name, ClusterView View)> views, Func<NodeId, string> nameOf)
    {
        if (views.Select(view => view.View.SlotMapSignature).Distinct().Count() < 2)
        {
            return [];
        }

        var owners = views.Select(view => OwnersIn(view.View)).ToList();
        return Enumerable.Range(0, HashSlot.Count)
            .Where(slot => owners.Exists(view => view[slot] != owners[0][slot]))
            .GroupBy(slot => string.Join('|', owners.Select(view => view[slot])))
            .SelectMany(group => Difference(
                $"slots {SlotSet.Of(group)}",
                "owner",
                views.Zip(owners, (view, map) => (view.Name, map[group.First()] is { } id ? nameOf(id) : "nobody"))));
    }

    private static NodeId?[] OwnersIn(ClusterView view)
    {
        var owners = new NodeId?[HashSlot.Count];
        foreach (var node in view.Nodes)
        {
            foreach (var slot in node.Slots)
            {
                owners[slot] = node.Id;
            }
        }

        return owners;
    }

    private static IEnumerable<ViewDifference> Difference(string about, string what, IEnumerable<(string By, string Says)> opinions)
    {
        var held = opinions.GroupBy(opinion => opinion.Says, opinion => opinion.By)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new ViewOpinion(group.Key, [.. group])).ToList();
        return held.Count > 1 ? [new(about, what, held)] : [];
    }
}
