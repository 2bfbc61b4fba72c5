using System.Globalization;
using NetBox.Tools.Cluster;
using RedisCluster.Protocol;

namespace NetBox.Tools.Drills.Faults;

/// <summary>
/// Freezes a server by its own means where it lets itself: DEBUG SLEEP stops everything, the bus included, and ends by itself. CLIENT PAUSE
/// would not do: the node goes on answering its peers, nobody misses it, and no replica takes over.
/// </summary>
internal sealed class SleepChannel(ClusterTarget target) : IFaultChannel
{
    public string Name => "the server itself";

    public string? NameOf(DrillNode node) => null;

    public bool Heals(Fault fault) => fault == Fault.Frozen;

    public bool HealsByItself => true;

    public async Task<string?> ObstacleAsync(Fault fault, DrillNode node, CancellationToken cancellationToken)
    {
        if (fault != Fault.Frozen)
        {
            return "it can only be frozen";
        }

        try
        {
            var connection = await ConnectAsync(node, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var answer = await connection.TrySendAsync(RespCommand.Of("DEBUG", "SLEEP", 0), cancellationToken).ConfigureAwait(false);
            return answer.IsError ? $"{node.Name} refuses DEBUG SLEEP (enable-debug-command in its configuration allows it)" : null;
        }
        catch (RespException exception)
        {
            return exception.Message;
        }
    }

    public async Task InflictAsync(Fault fault, IReadOnlyList<DrillNode> nodes, TimeSpan limit, CancellationToken cancellationToken) =>
        await Task.WhenAll(nodes.Select(node => SleepAsync(node, limit, cancellationToken))).ConfigureAwait(false);

    // It wakes up by itself.
    public Task HealAsync(Fault fault, IReadOnlyList<DrillNode> nodes, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task SleepAsync(DrillNode node, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectAsync(node, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var sleep = RespCommand.Of("DEBUG", "SLEEP", limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)).WithTimeout(TimeSpan.FromMilliseconds(100));
            await connection.TrySendAsync(sleep, cancellationToken).ConfigureAwait(false);
        }
        catch (RespTimeoutException)
        {
            // It sleeps, and answers when it is awake.
        }
        catch (RespException exception)
        {
            throw new NetBoxException(ExitCode.Faults, exception.Message, exception);
        }
    }

    private Task<RespConnection> ConnectAsync(DrillNode node, CancellationToken cancellationToken) =>
        RespConnection.ConnectAsync(node.Endpoint.Host, node.Endpoint.Port, target.ConnectionOptions, cancellationToken);
}
