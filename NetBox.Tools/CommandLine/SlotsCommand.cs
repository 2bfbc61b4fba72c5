using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using NetBox.Tools.Slots;
using RedisCluster.Topology;

namespace NetBox.Tools.CommandLine;

internal static class SlotsCommand
{
    public static Command Create()
    {
        var cluster = new ClusterOptions(timeoutSeconds: 5);
        var hot = CommonOptions.Count("--hot", "How many of the slots that are used most to tell (CLUSTER SLOT-STATS)", 10);
        var over = CommonOptions.Interval("--over", "Count these over this time; else since the servers began to count", TimeSpan.FromMilliseconds(1));
        var keys = new Option<bool>("--keys") { Description = "Count the keys of every slot" };
        var big = CommonOptions.Count("--big", "Look for the biggest keys and tell this many; each shard is scanned on a replica");
        var limit = CommonOptions.Count("--limit", "How many keys of each shard to look at for --big", 10_000);
        var masters = new Option<bool>("--on-masters") { Description = "Scan for --big on the masters" };
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("slots", "The slot map as a picture, the slots that are used most, keys per slot, the biggest keys; exit code 1 when a slot has no owner or nodes disagree"),
            "netbox slots 127.0.0.1:7101",
            "netbox slots --over 5s --hot 20",
            "netbox slots --keys --big 10 --limit 100000 --json");
        cluster.AddTo(command);
        foreach (var option in (Option[])[hot, over, keys, big, limit, masters, json])
        {
            command.Add(option);
        }

        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.SlotUseReport,
            () => SlotUse.ReadAsync(
                cluster.Read(parse),
                new(parse.GetValue(hot), parse.GetValue(over), parse.GetValue(keys), parse.GetValue(big), parse.GetValue(limit), parse.GetValue(masters)),
                cancellationToken),
            SlotUseText.Write,
            report => report.Map is { SlotsCovered: HashSlot.Count, NodesAgree: true, Open.Count: 0 } ? ExitCode.Fine : ExitCode.Faults));
        return command;
    }
}
