using System.CommandLine;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster add-node.</summary>
internal static class AddNodeCommand
{
    public static Command Create()
    {
        var node = new Argument<string>("NEW") { Description = "The node to take in, HOST:PORT or HOST:PORT@BUSPORT" };
        var replica = new Option<bool>("--replica", "--slave", "--cluster-slave")
        {
            Description = "As a replica of the shard that needs one most; else it becomes a master without slots",
        };
        var master = new Option<string>("--master-id", "--cluster-master-id")
        {
            Description = "As a replica of this master: its id, the beginning of it, or HOST:PORT",
            HelpName = "ID",
        };
        var cluster = new ClusterOptions(timeoutSeconds: 5);
        var command = new Command("add-node", "Take a node into the cluster") { node };
        cluster.AddTo(command);
        return OperationCommand.Complete(
            command,
            cluster.Read,
            [replica, master],
            (parse, target, options, progress, cancellationToken) => ClusterAddNode.RunAsync(
                target.Seeds,
                new AddNodeRequest { Node = Read(parse.GetRequiredValue(node)), AsReplica = parse.GetValue(replica), Master = parse.GetValue(master) },
                options,
                progress,
                cancellationToken),
            "netbox cluster add-node 127.0.0.1:7107 127.0.0.1:7101",
            "netbox cluster add-node 127.0.0.1:7108 127.0.0.1:7101 --replica --yes",
            "netbox cluster add-node 127.0.0.1:7108 127.0.0.1:7101 --master-id 3c3a0c74 --dry-run");
    }

    private static NodeEndpoint Read(string text) => NodeEndpoint.TryParse(text, out var node)
        ? node
        : throw NetBoxException.Usage($"'{text}' is not HOST:PORT; write the new node like 127.0.0.1:7107 or 127.0.0.1:7107@17107");
}
