using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using NetBox.Tools.Cluster;
using NetBox.Tools.Output;
using NetBox.Tools.Reports;
using RedisCluster.Topology;
using Spectre.Console;

namespace NetBox.Tools.CommandLine;

internal static class ClusterCommand
{
    public static Command Create() => HelpWithExamples.Add(
        new Command("cluster", "Look at a Redis Cluster, form it, change it, mend it: all that redis-cli --cluster does")
        {
            Create(
                "info",
                "State, known nodes, size, slots, and each node's role; exit code 1 unless every node says ok",
                () => NetBoxJson.Readable.ClusterInfoReport,
                ClusterReporter.Info,
                ClusterText.Write,
                report => report.State == "ok" ? ExitCode.Fine : ExitCode.Faults),
            Create(
                "nodes",
                "Every node with role, slots, epoch, link and master; exit code 1 when one is not well",
                () => NetBoxJson.Readable.ClusterNodesReport,
                ClusterReporter.Nodes,
                ClusterText.Write,
                report => report.Nodes.All(n => n.State == States.Ok) ? ExitCode.Fine : ExitCode.Faults),
            Create(
                "slots",
                "Who serves which slots, with replicas and keys; exit code 1 when a slot has no owner or nodes disagree",
                () => NetBoxJson.Readable.ClusterSlotsReport,
                SlotReporter.Slots,
                SlotText.Write,
                report => report is { SlotsCovered: HashSlot.Count, NodesAgree: true, Open.Count: 0 } ? ExitCode.Fine : ExitCode.Faults),
            CheckCommand.Create(),
            FixCommand.Create(),
            CreateCommand.Create(),
            AddNodeCommand.Create(),
            DelNodeCommand.Create(),
            FailoverCommand.Create(),
            SetTimeoutCommand.Create(),
            CallCommand.Create(),
            ReshardCommand.Create(),
            RebalanceCommand.Create(),
            BackupCommands.Backup(),
            BackupCommands.Restore(),
            ImportCommand.Create(),
        },
        "netbox cluster info 127.0.0.1:7101",
        "netbox cluster check 127.0.0.1:7101 --json");

    private static Command Create<TReport>(
        string name,
        string description,
        Func<JsonTypeInfo<TReport>> type,
        Func<ClusterObservation, TReport> report,
        Action<IAnsiConsole, TReport> print,
        Func<TReport, ExitCode> exitCode)
        where TReport : class
    {
        var options = new ClusterOptions(timeoutSeconds: 3);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command(name, description),
            $"netbox cluster {name} 127.0.0.1:7101",
            $"{ClusterTarget.PasswordVariable}=secret netbox cluster {name} redis-cluster-0:6379 --tls --json");
        options.AddTo(command);
        command.Add(json);
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            type,
            async () => report(await ClusterSource.ObserveAsync(options.Read(parse), cancellationToken).ConfigureAwait(false)),
            print,
            exitCode));
        return command;
    }
}
