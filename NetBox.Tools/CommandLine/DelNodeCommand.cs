using System.CommandLine;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster del-node.</summary>
internal static class DelNodeCommand
{
    public static Command Create()
    {
        var words = new NodeArgument("NODE", "the node that leaves: its id, the beginning of it, or HOST:PORT");
        var noReset = new Option<bool>("--no-reset") { Description = "Leave the node running as it is once it has left" };
        var command = new Command("del-node", "Take a node out of the cluster: a master gives its slots to the others first");
        words.AddTo(command);
        return OperationCommand.Complete(
            command,
            words.Target,
            [noReset],
            (parse, target, options, progress, cancellationToken) => ClusterDelNode.RunAsync(
                target.Seeds,
                new DelNodeRequest { Node = words.Word(parse), Reset = !parse.GetValue(noReset) },
                options,
                progress,
                cancellationToken),
            "netbox cluster del-node 127.0.0.1:7101 3c3a0c74",
            "netbox cluster del-node 127.0.0.1:7101 127.0.0.1:7107 --dry-run",
            "netbox cluster del-node 127.0.0.1:7101 3c3a0c74 --no-reset --yes");
    }
}
