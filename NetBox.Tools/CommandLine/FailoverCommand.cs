using System.CommandLine;
using NetBox.Tools.Cluster;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster failover.</summary>
internal static class FailoverCommand
{
    public static Command Create()
    {
        var shard = new Option<string>("--shard")
        {
            Description = "Replace this master by the replica that has most of its data: its id, the beginning of it, or HOST:PORT",
            HelpName = "MASTER",
        };
        var force = new Option<bool>("--force")
        {
            Description = "Do without the master: what it had not passed on is lost; a majority of the masters has to agree",
        };
        var takeover = new Option<bool>("--takeover")
        {
            Description = "Do without the master and without asking anybody: only when the majority of the masters is lost",
        };
        return OperationCommand.Create(
            "failover",
            "Put a replica in its master's place: the node given, or with --shard the best replica of that master",
            [shard, force, takeover],
            (parse, target, options, progress, cancellationToken) => ClusterFailover.RunAsync(
                target.Seeds,
                Request(parse, target, parse.GetValue(shard), Mode(parse.GetValue(force), parse.GetValue(takeover))),
                options,
                progress,
                cancellationToken),
            "netbox cluster failover 127.0.0.1:7104",
            "netbox cluster failover 127.0.0.1:7102 --shard 127.0.0.1:7101 --yes",
            "netbox cluster failover 127.0.0.1:7104 --force");
    }

    private static FailoverRequest Request(ParseResult parse, ClusterTarget target, string? shard, FailoverMode mode)
    {
        if (shard is not null)
        {
            return new FailoverRequest { Shard = shard, Mode = mode };
        }

        // The connection string lists all nodes: none of them was named by anybody.
        var isNamed = parse.CommandResult.Command.Arguments.Any(argument => parse.GetResult(argument) is { Tokens.Count: > 0 });
        return isNamed
            ? new FailoverRequest { Replica = target.Seeds[0].ToClientString(), Mode = mode }
            : throw NetBoxException.Usage("say who takes over: the replica as HOST:PORT, or --shard MASTER for the best one of a shard");
    }

    private static FailoverMode Mode(bool force, bool takeover) => (force, takeover) switch
    {
        (true, true) => throw NetBoxException.Usage("--force and --takeover exclude each other; --force asks the other masters, --takeover does not"),
        (true, _) => FailoverMode.Force,
        (_, true) => FailoverMode.Takeover,
        _ => FailoverMode.Planned,
    };
}
