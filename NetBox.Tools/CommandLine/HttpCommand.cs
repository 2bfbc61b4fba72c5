using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class HttpCommand
{
    public static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "What to GET; http:// may be left out" };
        var repeat = CommonOptions.Count("--repeat", "How many requests, each over a connection of its own", 1);
        var interval = CommonOptions.Interval(1);
        var timeout = CommonOptions.Timeout(10);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("http", "GET a URL: status, time by phase (DNS, connect, TLS, first byte) and body") { url, repeat, interval, timeout, json },
            "netbox http http://localhost:5080/",
            "netbox http localhost:5080/count --json",
            "netbox http http://localhost:5080/ --repeat 5 --interval 200ms");
        command.SetAction((parse, cancellationToken) =>
        {
            var single = parse.GetValue(repeat) == 1;
            var screen = Screen.For(parse.InvocationConfiguration);
            return CommandRunner.RunAsync(
                parse,
                parse.GetValue(json),
                NetBoxJson.Readable.HttpReport,
                async () =>
                {
                    var target = parse.GetRequiredValue(url);
                    var live = !single && !parse.GetValue(json);
                    var report = await new HttpProbe(TimeProvider.System, ServiceNames.FromEnvironment()).RunAsync(
                        target,
                        parse.GetValue(repeat),
                        parse.GetValue(interval),
                        parse.GetValue(timeout),
                        cancellationToken,
                        live ? attempt => ProbeText.Write(screen, target, attempt, single: false) : null).ConfigureAwait(false);
                    return HttpProbe.Require(report);
                },
                (console, report) =>
                {
                    if (single)
                    {
                        ProbeText.Write(console, report.Url, report.Requests[0], single: true);
                    }
                    else
                    {
                        ProbeText.Write(console, report.Summary, "answered well");
                    }
                },
                report => report switch
                {
                    { Summary.Failed: 0 } => ExitCode.Fine,
                    _ when report.Requests.All(r => r.Error is not null) => ExitCode.Unreachable,
                    _ => ExitCode.Faults,
                });
        });
        return command;
    }
}
