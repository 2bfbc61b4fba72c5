using NetBox.Tools.Reports;
using RedisCluster.Planning;
using RedisCluster.Topology;
using NodeSummary = NetBox.Tools.Reports.NodeSummary;

namespace NetBox.Tools.Cluster;

/// <summary>Turns what the nodes said into reports. Nothing here asks anybody.</summary>
internal static class ClusterReporter
{
    public static ClusterNodesReport Nodes(ClusterObservation observation)
    {
        var reference = ReferenceView.Choose(observation);
        var nodes = new List<NodeReport>();
        var told = new HashSet<NodeObservation>();
        foreach (var node in reference?.View?.Nodes ?? [])
        {
            var said = Said(observation, reference!, node);
            if (said is not null)
            {
                told.Add(said);
            }

            nodes.Add(Known(reference!.View!, node, said));
        }

        nodes.AddRange(observation.Nodes.Where(n => !told.Contains(n) && !IsSameNode(told, n)).Select(Stranger));
        return new ClusterNodesReport(observation.Time, InShards(nodes));
    }

    public static ClusterInfoReport Info(ClusterObservation observation)
    {
        var reference = ReferenceView.Choose(observation)?.Info;
        var infos = observation.Reachable.Where(n => n.Info is not null).Select(n => n.Info!).ToList();
        var ok = infos.Count(i => i.IsOk);
        var nodes = Nodes(observation).Nodes;
        var masters = nodes.Where(n => n.Role == Roles.Master).ToList();
        return new ClusterInfoReport(
            observation.Time,
            ok == 0 ? "fail" : ok == infos.Count ? "ok" : "mixed",
            ok,
            observation.Reachable.Count(),
            reference?.KnownNodes ?? 0,
            reference?.Size ?? 0,
            reference?.SlotsAssigned ?? 0,
            reference?.SlotsOk ?? 0,
            reference?.SlotsPossiblyFailed ?? 0,
            reference?.SlotsFailed ?? 0,
            reference?.CurrentEpoch ?? 0,
            masters.Count > 0 && masters.Where(m => m.SlotCount > 0).All(m => m.Keys is not null) ? masters.Sum(m => m.Keys ?? 0) : null,
            [.. nodes.Select(n => new NodeSummary(n.Address, n.Role, n.State, n.Problem))]);
    }

    public static ClusterCheckReport Check(ClusterObservation observation) => Check(observation, ClusterChecker.Check(observation));

    public static ClusterCheckReport Check(ClusterObservation observation, CheckReport report) => new(
        observation.Time,
        report.Healthy,
        report.Findings.Count(f => f.Severity == Severity.Error),
        report.Findings.Count(f => f.Severity == Severity.Warning),
        report.Summary.NodeCount,
        report.Summary.Shards.Length,
        report.Summary.SlotsCovered,
        [.. report.Findings.Select(f => new FindingReport(NameOf(f.Severity), f.Code, f.Message, f.Node is { } node ? EndpointText(node) : null))]);

    public static ClusterReport All(ClusterObservation observation) => new(Info(observation), Nodes(observation), Check(observation));

    public static string NameOf(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "info",
    };

    /// <summary>What the node of the reference's view said when it was asked; null when it was not.</summary>
    public static NodeObservation? Said(ClusterObservation observation, NodeObservation reference, ClusterNode node) =>
        node.IsMyself ? reference
        : observation.Find(node.Id)
            ?? (node.Address.IsKnown ? observation.Nodes.FirstOrDefault(n => n.MyId is null && IsAt(n.Endpoint, node.Address)) : null);

    /// <summary>One node can be asked under two names; it is shown once.</summary>
    private static bool IsSameNode(HashSet<NodeObservation> told, NodeObservation node) =>
        node.MyId is { } id && told.Any(t => t.MyId == id);

    private static bool IsAt(NodeEndpoint endpoint, NodeAddress address) =>
        endpoint.Port == address.Port
        && (string.Equals(endpoint.Host, address.Ip, StringComparison.OrdinalIgnoreCase)
            || (address.Hostname.Length > 0 && string.Equals(endpoint.Host, address.Hostname, StringComparison.OrdinalIgnoreCase)));

    private static NodeReport Known(ClusterView view, ClusterNode node, NodeObservation? said)
    {
        var master = node.MasterId is { } masterId ? view.Find(masterId) : null;
        return new NodeReport(
            node.Id.ToString(),
            AddressOf(node, said),
            node.Address.Hostname.Length > 0 ? node.Address.Hostname : null,
            node.Address.IsKnown ? node.Address.BusPort : null,
            node.IsMaster ? Roles.Master : node.IsReplica ? Roles.Replica : Roles.Unknown,
            StateOf(node, said),
            node.MasterId?.ToString(),
            master is null ? null : AddressOf(master, null),
            SlotSpan.Of(node.Slots),
            node.Slots.Count,
            node.ConfigEpoch,
            node.IsLinkConnected ? "connected" : "disconnected",
            said?.Replication?.IsMasterLinkUp switch { true => "up", false => "down", null => null },
            said?.KeyCount,
            said?.Version?.ToString(),
            said is null ? "not asked" : said.Problem?.Message);
    }

    /// <summary>A node that was asked but that the shown view does not contain: not joined, or not reachable.</summary>
    private static NodeReport Stranger(NodeObservation said)
    {
        var self = said.View?.Myself;
        return new NodeReport(
            said.MyId?.ToString(),
            EndpointText(said.Endpoint),
            null,
            said.Endpoint.BusPort,
            self is null ? Roles.Unknown : self.IsReplica ? Roles.Replica : Roles.Master,
            !said.IsReachable ? States.Unreachable : said.Info?.IsOk == true ? States.Ok : States.Down,
            self?.MasterId?.ToString(),
            null,
            SlotSpan.Of(self?.Slots ?? SlotSet.Empty),
            self?.Slots.Count ?? 0,
            self?.ConfigEpoch,
            null,
            null,
            said.KeyCount,
            said.Version?.ToString(),
            said.Problem?.Message);
    }

    private static string StateOf(ClusterNode node, NodeObservation? said) => node switch
    {
        { IsFailed: true } => States.Failed,
        { IsHandshake: true } => States.Joining,
        _ when said is { IsReachable: false } => States.Unreachable,
        { IsPossiblyFailed: true } => States.Suspected,
        _ when said?.Info is { IsOk: false } => States.Down,
        _ => States.Ok,
    };

    /// <summary>A node that has not met another one does not know its own IP; then the endpoint it was asked at says more.</summary>
    private static string AddressOf(ClusterNode node, NodeObservation? said) =>
        node.Address.Ip.Length == 0 && said is not null ? EndpointText(said.Endpoint) : node.Address.ToClientString();

    private static string EndpointText(NodeEndpoint endpoint) => endpoint.ToClientString();

    /// <summary>Masters by their lowest slot, each followed by its replicas; what has no slots comes last.</summary>
    private static List<NodeReport> InShards(List<NodeReport> nodes)
    {
        var lowest = nodes.Where(n => n is { Id: not null, SlotCount: > 0 }).ToDictionary(n => n.Id!, n => n.Slots[0].First);
        return
        [
            .. nodes
                .OrderBy(n => lowest.GetValueOrDefault(n.MasterId ?? n.Id ?? string.Empty, HashSlot.Count))
                .ThenBy(n => n.MasterId ?? n.Id ?? n.Address, StringComparer.Ordinal)
                .ThenBy(n => n.Role == Roles.Replica)
                .ThenBy(n => n.Address, StringComparer.Ordinal),
        ];
    }
}

internal static class Roles
{
    public const string Master = "master";
    public const string Replica = "replica";
    public const string Unknown = "unknown";
}

internal static class States
{
    public const string Ok = "ok";
    public const string Down = "down";
    public const string Suspected = "suspected";
    public const string Failed = "failed";
    public const string Joining = "joining";
    public const string Unreachable = "unreachable";
    public const string LinkDown = "link-down";
}
