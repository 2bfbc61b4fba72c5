using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class TcpCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("HOST:PORT") { Description = "Where to connect; IPv6 in brackets" };
        var count = CommonOptions.Count("--count", "How many connections to open, one after another", 3);
        var interval = CommonOptions.Interval(0.2);
        var timeout = CommonOptions.Timeout(3);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("tcp", "Open connections and time them: min, avg, max") { target, count, interval, timeout, json },
            "netbox tcp localhost:7101",
            "netbox tcp [::1]:6379 --count 10 --interval 50ms");
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            NetBoxJson.Readable.TcpReport,
            async () => TcpProbe.Require(await new TcpProbe(TimeProvider.System).RunAsync(
                ProbeTarget.Parse(parse.GetRequiredValue(target)),
                parse.GetValue(count),
                parse.GetValue(interval),
                parse.GetValue(timeout),
                cancellationToken).ConfigureAwait(false)),
            ProbeText.Write,
            report => report.Summary.Failed == 0 ? ExitCode.Fine : ExitCode.Faults));
        return command;
    }
}
