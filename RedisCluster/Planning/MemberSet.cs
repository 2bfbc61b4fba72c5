using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>All nodes of the request together with what they said.</summary>
internal sealed class MemberSet
{
    private readonly Dictionary<NodeId, Member> _byId = [];
    private readonly HashSet<(string Ip, int Port)> _knownAddresses = [];

    private MemberSet(ImmutableArray<Member> all)
    {
        All = all;
        foreach (var member in all)
        {
            if (member.Id is { } id)
            {
                _byId.TryAdd(id, member);
            }
        }

        foreach (var node in all.Where(m => m.View is not null).SelectMany(m => m.View!.Nodes))
        {
            if (!node.IsHandshake && _byId.ContainsKey(node.Id))
            {
                _knownAddresses.Add((node.Address.Ip, node.Address.Port));
            }
        }
    }

    public ImmutableArray<Member> All { get; }

    public static MemberSet Of(ClusterObservation observation, CreateRequest request)
    {
        var said = new Dictionary<(string, int), NodeObservation>();
        foreach (var node in observation.Nodes)
        {
            said.TryAdd((node.Endpoint.Host.ToUpperInvariant(), node.Endpoint.Port), node);
        }

        return new MemberSet([
            .. request.Nodes.Select((endpoint, i) =>
                new Member(i, endpoint, said.GetValueOrDefault((endpoint.Host.ToUpperInvariant(), endpoint.Port)))),
        ]);
    }

    public Member? Find(NodeId id) => _byId.GetValueOrDefault(id);

    /// <summary>Whether a node that is still being met, and so has no id yet, is one of the request.</summary>
    public bool MayBeMember(ClusterNode handshake) =>
        _knownAddresses.Contains((handshake.Address.Ip, handshake.Address.Port))
        || All.Any(m => m.MayBeAt(handshake.Address));
}
