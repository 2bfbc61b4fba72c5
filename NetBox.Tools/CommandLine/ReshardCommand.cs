using System.CommandLine;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster reshard.</summary>
internal static class ReshardCommand
{
    public static Command Create()
    {
        var from = new Option<string[]>("--from", "--cluster-from")
        {
            Description = "Masters to take slots from, separated by commas, each in proportion to what it has: id, its beginning, HOST:PORT; or all",
            HelpName = "NODE,...",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [ReshardRequest.AllMasters],
        };
        var to = new Option<string>("--to", "--cluster-to") { Description = "The master that gets them", HelpName = "NODE" };
        var slots = CommonOptions.Count("--slots", "How many slots", 0);
        slots.Aliases.Add("--cluster-slots");
        slots.DefaultValueFactory = null;
        var migration = new MigrationOptions();
        var cluster = MigrationOptions.Cluster();
        var command = new Command("reshard", "Take slots from some masters to another, under live reads and writes");
        cluster.AddTo(command);
        return OperationCommand.Complete(
            command,
            cluster.Read,
            [from, to, slots, .. migration.All],
            (parse, target, options, progress, cancellationToken) => ClusterReshard.RunAsync(
                target.Seeds,
                new ReshardRequest
                {
                    From = [.. (parse.GetValue(from) ?? []).SelectMany(nodes => nodes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
                    To = parse.GetValue(to) ?? throw NetBoxException.Usage("whom the slots go to is missing: --to NODE, an id, its beginning, or HOST:PORT"),
                    Slots = parse.GetValue(slots) is > 0 and var count ? count : throw NetBoxException.Usage("how many slots to move is missing: --slots N"),
                    Tuning = migration.Read(parse),
                },
                options,
                progress,
                cancellationToken),
            "netbox cluster reshard 127.0.0.1:7101 --to 127.0.0.1:7104 --slots 1000",
            "netbox cluster reshard 127.0.0.1:7101 --from 3c3a0c74,127.0.0.1:7102 --to 9d2e51f0 --slots 500 --yes");
    }
}
