using System.CommandLine;
using System.Globalization;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.CommandLine;

/// <summary>netbox cluster rebalance.</summary>
internal static class RebalanceCommand
{
    public static Command Create()
    {
        var weight = new Option<string[]>("--weight", "--cluster-weight")
        {
            Description = "How much a master shall have beside the others, which weigh 1; 0 empties it. NODE is an id, its beginning, or HOST:PORT",
            HelpName = "NODE=WEIGHT",
            AllowMultipleArgumentsPerToken = true,
        };
        var empty = new Option<bool>("--use-empty-masters", "--cluster-use-empty-masters") { Description = "Masters without slots take part" };
        var threshold = new Option<double>("--threshold", "--cluster-threshold")
        {
            Description = "Move nothing while every master has its share within so many percent",
            HelpName = "PERCENT",
            DefaultValueFactory = _ => 2,
            CustomParser = result =>
            {
                if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100)
                {
                    return percent;
                }

                result.AddError($"'{result.Tokens[0].Value}' is not a number of percent between 0 and 100 (--threshold)");
                return 0;
            },
        };
        var simulate = new Option<bool>("--simulate", "--cluster-simulate") { Description = "The same as --dry-run" };
        var migration = new MigrationOptions();
        var cluster = MigrationOptions.Cluster();
        var command = new Command("rebalance", "Give every master its share of the slots, under live reads and writes");
        cluster.AddTo(command);
        return OperationCommand.Complete(
            command,
            cluster.Read,
            [weight, empty, threshold, simulate, .. migration.All],
            (parse, target, options, progress, cancellationToken) => ClusterRebalance.RunAsync(
                target.Seeds,
                new RebalanceRequest
                {
                    Weights = [.. (parse.GetValue(weight) ?? []).Select(Weight)],
                    UseEmptyMasters = parse.GetValue(empty),
                    Threshold = parse.GetValue(threshold),
                    Tuning = migration.Read(parse),
                },
                options with { DryRun = options.DryRun || parse.GetValue(simulate) },
                progress,
                cancellationToken),
            "netbox cluster rebalance 127.0.0.1:7101 --use-empty-masters",
            "netbox cluster rebalance 127.0.0.1:7101 --weight 3c3a0c74=2 127.0.0.1:7102=0.5 --dry-run",
            "netbox cluster rebalance 127.0.0.1:7101 --weight 127.0.0.1:7104=0 --yes");
    }

    private static NodeWeight Weight(string text) =>
        text.LastIndexOf('=') is > 0 and var at
        && double.TryParse(text.AsSpan(at + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
            ? new NodeWeight(text[..at], weight)
            : throw NetBoxException.Usage($"'{text}' is not NODE=WEIGHT; write it like 3c3a0c74=2 or 127.0.0.1:7104=0");
}
