using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class TcpCommand
{
    public static Command Create()
    {
        var targets = new Argument<string[]>("HOST:PORT") { Description = "Where to connect, one or more; IPv6 in brackets", Arity = ArgumentArity.OneOrMore };
        var count = CommonOptions.Count("--count", "How many connections to open to each, one after another", 3);
        var interval = CommonOptions.Interval(0.2);
        var timeout = CommonOptions.Timeout(3);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("tcp", "Open connections and time them: percentiles, and for those that fail whether they are refused, filtered, unreachable or the name is unknown")
            {
                targets, count, interval, timeout, json,
            },
            "netbox tcp localhost:7101",
            "netbox tcp redis-cluster-0:6379 redis-cluster-0:16379 --count 100 --interval 10ms",
            "netbox tcp [::1]:6379 --count 10 --json");
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.TcpTargetsReport,
            async () =>
            {
                var report = await new TcpProbe(TimeProvider.System).RunAsync(
                    [.. parse.GetRequiredValue(targets).Select(ProbeTarget.Parse)],
                    parse.GetValue(count),
                    parse.GetValue(interval),
                    parse.GetValue(timeout),
                    cancellationToken).ConfigureAwait(false);
                return report.Targets is [var only] ? new([TcpProbe.Require(only)]) : report;
            },
            TcpText.Write,
            report => report.Targets switch
            {
                var all when all.All(target => target.Problem is not null) => ExitCode.Unreachable,
                var all when all.All(target => target.Summary.Failed == 0 && target.Problem is null) => ExitCode.Fine,
                _ => ExitCode.Faults,
            }));
        return command;
    }
}
