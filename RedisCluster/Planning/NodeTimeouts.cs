namespace RedisCluster.Planning;

/// <summary>Which node timeout each node shall have in the end, also when an earlier run was killed while it was lowered.</summary>
internal sealed class NodeTimeouts
{
    /// <summary>What a server has when nobody says anything.</summary>
    public static readonly TimeSpan ServerDefault = TimeSpan.FromSeconds(15);

    private readonly CreateRequest _request;
    private readonly TimeSpan _ofPeers;

    public NodeTimeouts(CreateRequest request, MemberSet members)
    {
        _request = request;
        _ofPeers = members.All
            .Where(m => m.IsReachable && !IsLowered(m))
            .Select(m => m.Observation!.NodeTimeout)
            .Max() ?? ServerDefault;
    }

    /// <summary>Whether it is the lowered timeout an earlier run left behind.</summary>
    public bool IsLowered(Member member) =>
        _request.FormingNodeTimeout > TimeSpan.Zero
        && _request.FormingNodeTimeout != _request.NodeTimeout
        && member.Observation?.NodeTimeout == _request.FormingNodeTimeout;

    /// <summary>The timeout for the time of forming; null when it is low enough, or must not be touched.</summary>
    public TimeSpan? Lowered(Member member) =>
        _request.FormingNodeTimeout > TimeSpan.Zero && member.Observation?.NodeTimeout > _request.FormingNodeTimeout
            ? _request.FormingNodeTimeout
            : null;

    /// <summary>The timeout the node shall have; null when the node does not tell its own and none is asked for.</summary>
    public TimeSpan? Final(Member member) =>
        _request.NodeTimeout ?? (IsLowered(member) ? _ofPeers : member.Observation?.NodeTimeout);
}
