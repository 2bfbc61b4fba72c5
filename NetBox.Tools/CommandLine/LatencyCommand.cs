using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class LatencyCommand
{
    public static Command Create()
    {
        var cluster = new ClusterOptions(timeoutSeconds: 3);
        var count = CommonOptions.Count("--count", "How many of each command, one after another", 200);
        var interval = CommonOptions.Interval(0);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("latency", "How long real commands take on each node: percentiles in milliseconds and a histogram; nothing is changed"),
            "netbox latency 127.0.0.1:7101",
            "netbox latency --count 1000 --interval 5ms --json");
        cluster.AddTo(command);
        command.Add(count);
        command.Add(interval);
        command.Add(json);
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.LatencyReport,
            () => new LatencyProbe(cluster.Read(parse), TimeProvider.System).RunAsync(parse.GetValue(count), parse.GetValue(interval), cancellationToken),
            LatencyText.Write,
            report => report.Nodes.All(node => node.Problem is null) ? ExitCode.Fine : ExitCode.Faults));
        return command;
    }
}
