using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Probes.Paths;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class PathCommand
{
    public static Command Create()
    {
        var places = new Argument<string[]>("HOST:PORT") { Description = "Where to; two nodes of a cluster for what lies between them", Arity = new ArgumentArity(1, 2) };
        var cluster = new ClusterOptions(timeoutSeconds: 3);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("path", "What packets from here to a place pass: addresses of the name, sender, interface, route, MTU, connection. Between two nodes, also the cluster bus as each of them sees it: where it looks for the other, whether its link stands and for how long, what waits to be sent, replication")
            {
                places,
            },
            "netbox path redis-cluster-0:6379",
            "netbox path 127.0.0.1:7101 127.0.0.1:7102",
            "netbox path redis-cluster-0:6379 redis-cluster-3:6379 --json");
        cluster.AddTo(command, withSeeds: false);
        command.Add(json);
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.PathReport,
            () =>
            {
                var given = parse.GetRequiredValue(places);
                var target = cluster.Read(parse, given);
                return new PathProbe(TimeProvider.System).RunAsync(
                    [.. given.Select(ProbeTarget.Parse)], target, target.Settings.ConnectTimeout, cancellationToken);
            },
            PathText.Write,
            report => report.Problems.Count == 0 ? ExitCode.Fine
                : report.Legs.All(leg => leg.Outcome != Outcomes.Connected) ? ExitCode.Unreachable
                : ExitCode.Faults));
        return command;
    }
}
