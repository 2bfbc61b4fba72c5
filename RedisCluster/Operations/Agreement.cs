using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Whether all nodes know each other, agree on slots and roles and say that their state is ok; and if not, who is in the way.</summary>
/// <param name="pool">Connections to the nodes.</param>
/// <param name="meets">How nodes that have not heard of each other are told again to meet.</param>
/// <param name="layout">The roles the nodes shall have; null where those they have will do.</param>
/// <param name="nodes">All nodes of the cluster.</param>
/// <param name="time">The source of time.</param>
/// <param name="isStateAsked">Whether they have to say cluster_state:ok and know an owner of every slot.</param>
internal sealed class Agreement(
    NodePool pool, IReadOnlyList<Meet> meets, ClusterLayout? layout, IReadOnlyList<NodeEndpoint> nodes, TimeProvider time, bool isStateAsked = true)
{
    // A node forgets one it was told to meet when it has not answered for as long as the node timeout, at least 1 s.
    private static readonly TimeSpan MeetAgain = TimeSpan.FromSeconds(1.5);

    private readonly Dictionary<NodeEndpoint, bool> _isMaster = layout?.Shards
        .SelectMany(shard => shard.Replicas.Select(node => (node, false)).Prepend((shard.Master, true)))
        .ToDictionary() ?? [];

    private readonly HashSet<NodeEndpoint> _settled = [];
    private long _lastMeet = time.GetTimestamp();
    private bool _isLate;

    /// <summary>Null when they agree; else one line.</summary>
    public async Task<string?> ObstacleAsync(CancellationToken token)
    {
        List<NodeEndpoint> unsettled = isStateAsked ? [.. nodes.Where(node => !_settled.Contains(node))] : [];
        foreach (var (node, ok) in await Task.WhenAll(unsettled.Select(node => IsOkAsync(node, token))).ConfigureAwait(false))
        {
            if (ok)
            {
                _settled.Add(node);
            }
        }

        var elapsed = time.GetElapsedTime(_lastMeet);
        var notOk = !isStateAsked || _settled.Count == nodes.Count
            ? null
            : $"{nodes.First(node => !_settled.Contains(node)).ToClientString()} does not say cluster_state:ok";
        if (notOk is not null && !_isLate && elapsed < MeetAgain)
        {
            return notOk;
        }

        // From now on it is worth knowing who is in the way, not only that somebody is.
        _isLate |= notOk is not null;
        var views = await Task.WhenAll(nodes.Select(node => ViewAsync(node, token))).ConfigureAwait(false);
        var obstacle = Judge(views);
        if (obstacle is not null && elapsed >= MeetAgain)
        {
            _lastMeet = time.GetTimestamp();
            _settled.Clear();
            await MeetAgainAsync(views, token).ConfigureAwait(false);
        }

        return obstacle ?? notOk;
    }

    private string? Judge((NodeEndpoint Node, ClusterView View)[] views) =>
        MissingLinks(views) ?? views
            .Where(seen => _isMaster.TryGetValue(seen.Node, out var master) && master != seen.View.Myself.IsMaster)
            .Select(seen => $"{seen.Node.ToClientString()} is not yet the {(_isMaster[seen.Node] ? "master" : "replica")} it shall be")
            .FirstOrDefault()
        ?? views.Where(seen => isStateAsked && seen.View.CoveredSlots().Count < HashSlot.Count)
            .Select(seen => $"{seen.Node.ToClientString()} knows the owners of {seen.View.CoveredSlots().Count} of {HashSlot.Count} slots")
            .FirstOrDefault()
        ?? views.Where(seen => seen.View.SlotMapSignature != views[0].View.SlotMapSignature)
            .Select(seen => $"{seen.Node.ToClientString()} and {views[0].Node.ToClientString()} disagree on who owns which slot")
            .FirstOrDefault()
        ?? views.SelectMany(seen => views.Select(other => (seen, other)))
            .Where(pair => pair.seen.View.Find(pair.other.View.Myself.Id)!.IsMaster != pair.other.View.Myself.IsMaster)
            .Select(pair => $"{pair.seen.Node.ToClientString()} has not heard of the role of {pair.other.Node.ToClientString()}")
            .FirstOrDefault();

    // Names the link by who cannot reach whom, the bus port that is most wanted first.
    private static string? MissingLinks((NodeEndpoint Node, ClusterView View)[] views)
    {
        var missing = views.SelectMany(from => views.Where(to => !Reaches(from.View, to.View)).Select(to => (From: from.Node, To: to.Node))).ToList();
        if (missing.Count == 0)
        {
            return null;
        }

        var worst = missing.GroupBy(link => link.To).OrderByDescending(links => links.Count()).First();
        var from = Names.List([.. worst.Select(link => link.From.ToClientString())]);
        return $"no link to the cluster bus port {worst.Key.EffectiveBusPort} of {worst.Key.ToClientString()} from {from}"
            + (missing.Count > worst.Count() ? $", and {missing.Count - worst.Count()} more links" : "")
            + ": is that port open, and the right one?";
    }

    private static bool Reaches(ClusterView from, ClusterView to) =>
        from.Find(to.Myself.Id) is { IsHandshake: false } node && (node.IsMyself || node.IsLinkConnected);

    private async Task MeetAgainAsync((NodeEndpoint Node, ClusterView View)[] views, CancellationToken token)
    {
        foreach (var from in views)
        {
            foreach (var to in views.Where(to => from.View.Find(to.View.Myself.Id) is null))
            {
                if (meets.FirstOrDefault(step => step.Node == from.Node && step.Target == to.Node) is { } meet)
                {
                    await StepRunner.MeetAsync(pool, meet, token).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<(NodeEndpoint Node, bool Ok)> IsOkAsync(NodeEndpoint node, CancellationToken token)
    {
        var answer = await pool.SendAsync(node, NodeReader.ClusterInfoCommand, token).ConfigureAwait(false);
        return (node, ClusterInfo.Parse(answer.AsText()).IsOk);
    }

    private async Task<(NodeEndpoint Node, ClusterView View)> ViewAsync(NodeEndpoint node, CancellationToken token)
    {
        var answer = await pool.SendAsync(node, NodeReader.ClusterNodes, token).ConfigureAwait(false);
        return (node, ClusterView.Parse(answer.AsText()));
    }
}
