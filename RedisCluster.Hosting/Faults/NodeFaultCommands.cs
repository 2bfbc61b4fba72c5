using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace RedisCluster.Hosting.Faults;

/// <summary>Commands of a node's resource beside start, stop and restart: what can go wrong with a node, to be seen from the dashboard.</summary>
internal static class NodeFaultCommands
{
    public static void AddTo<T>(IResourceBuilder<T> node) where T : IRedisClusterNodeResource
    {
        Add(node, FaultControlContract.Kill, "Kill", "End the node at once, as a lost machine would", "PlugDisconnected", static (faults, node, token) => faults.KillAsync(node, token),
            "What apps wrote to this node and no replica has yet can be lost.");
        Add(node, FaultControlContract.Freeze, "Freeze", "Let the node stand still, its connections open", "Pause", static (faults, node, token) => faults.FreezeAsync(node, token),
            "Until it is thawed whoever waits for this node goes on waiting.");
        Add(node, FaultControlContract.Thaw, "Thaw", "Let a frozen node go on", "Play", static (faults, node, token) => faults.ThawAsync(node, token), confirmation: null);
    }

    private static void Add<T>(
        IResourceBuilder<T> node,
        string name,
        string title,
        string description,
        string icon,
        Func<NodeFaults, IRedisClusterNodeResource, CancellationToken, Task<string?>> action,
        string? confirmation)
        where T : IRedisClusterNodeResource =>
        node.WithCommand(
            name,
            title,
            async context => await action(FaultsOf(context), node.Resource, context.CancellationToken).ConfigureAwait(false) is { } problem
                ? CommandResults.Failure(problem)
                : CommandResults.Success(),
            new CommandOptions
            {
                Description = description,
                ConfirmationMessage = confirmation,
                IconName = icon,
                UpdateState = static context => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            });

    // Later versions of Aspire call it Services and keep this name beside; both have this one.
#pragma warning disable CS0618
    private static NodeFaults FaultsOf(ExecuteCommandContext context) => context.ServiceProvider.GetRequiredService<NodeFaults>();
#pragma warning restore CS0618
}
