using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>
/// A master that gave its last slot away becomes a replica of whoever got it, and tells nobody: its peers hear of it when they happen to ping
/// each other, which may take half the node timeout. Told to meet those it knows already, it greets each of them at once, role and epoch included.
/// </summary>
internal sealed class RoleAnnouncement(Repeater repeater, MoveSlots move)
{
    public async Task MakeIfDemotedAsync(CancellationToken token)
    {
        var purpose = $"asking {move.Source.ToClientString()} whether it is a replica now";
        var view = await ViewAsync(purpose, token).ConfigureAwait(false);
        if (!view.Myself.IsMaster)
        {
            await MakeAsync(view, purpose, token).ConfigureAwait(false);
        }
    }

    public async Task MakeAsync(CancellationToken token)
    {
        var purpose = $"asking {move.Source.ToClientString()} whom it knows";
        await MakeAsync(await ViewAsync(purpose, token).ConfigureAwait(false), purpose, token).ConfigureAwait(false);
    }

    private async Task<ClusterView> ViewAsync(string purpose, CancellationToken token) =>
        ClusterView.Parse((await repeater.SendAsync(move.Source, NodeReader.ClusterNodes, purpose, token).ConfigureAwait(false)).AsText());

    // Best effort: where it is refused, gossip does it.
    private async Task MakeAsync(ClusterView view, string purpose, CancellationToken token) =>
        await repeater.SendAsync(
            move.Source,
            [.. view.Nodes.Where(node => node is { IsMyself: false, IsHandshake: false, IsLinkConnected: true, Address: { Ip.Length: > 0, BusPort: > 0 } }).Select(Meet)],
            purpose,
            token).ConfigureAwait(false);

    private static RespCommand Meet(ClusterNode node) => RespCommand.Of("CLUSTER", "MEET", node.Address.Ip, node.Address.Port, node.Address.BusPort);
}
