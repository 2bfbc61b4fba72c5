using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes.Traces;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class TraceCommand
{
    private const int MostQueries = 10;

    public static Command Create()
    {
        var target = new Argument<string>("HOST[:PORT]") { Description = "Where to; with a port by TCP, as its clients would, else by UDP" };
        var queries = CommonOptions.Count("--queries", $"How many packets for each hop, at most {MostQueries}; routers answer only so many a second, so that lost ones mean little", 3);
        var hops = CommonOptions.Count("--max-hops", "How many routers away to look, at most 255", 30);
        var timeout = CommonOptions.Timeout(1);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("trace", "Which routers packets pass on their way, and where they end. Needs Linux, but no root: what routers say of a program's own packets the kernel tells it")
            {
                target, queries, hops, timeout, json,
            },
            "netbox trace redis-cluster-0:6379",
            "netbox trace 10.0.0.7 --max-hops 8 --json");
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.TraceReport,
            () => new TraceProbe(TimeProvider.System).RunAsync(
                parse.GetRequiredValue(target),
                Math.Min(parse.GetValue(queries), MostQueries),
                Math.Min(parse.GetValue(hops), byte.MaxValue),
                parse.GetValue(timeout),
                cancellationToken),
            PathText.Write,
            report => report.Reached ? ExitCode.Fine : report.Hops.Count > 0 ? ExitCode.Faults : ExitCode.Unreachable));
        return command;
    }
}
