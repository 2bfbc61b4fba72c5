using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class HttpCommand
{
    public static Command Create()
    {
        var order = new HttpOrderOptions();
        var headers = new Option<bool>("--headers", "-i") { Description = "Show the headers of the answer too" };
        var repeat = CommonOptions.Count("--repeat", "How many requests, each over a connection of its own; what changed from one to the next is marked", 1);
        var interval = CommonOptions.Interval(1);
        var timeout = CommonOptions.Timeout(10);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("http", "Ask a URL: status, time by phase (DNS, connect, TLS, first byte), headers and body"),
            "netbox http http://localhost:5080/",
            "netbox http localhost:5080/count --headers",
            "netbox http http://localhost:5080/ --repeat 5 --interval 200ms",
            "netbox http https://10.0.0.7/ --header 'Host: shop.example' --insecure --json");
        order.AddTo(command);
        command.Add(headers);
        command.Add(repeat);
        command.Add(interval);
        command.Add(timeout);
        command.Add(json);
        command.SetAction((parse, cancellationToken) =>
        {
            var single = parse.GetValue(repeat) == 1;
            var live = !single && !parse.GetValue(json);
            var screen = Screen.For(parse.InvocationConfiguration);
            return CommandRunner.RunAsync(
                parse,
                parse.GetValue(json),
                () => NetBoxJson.Readable.HttpReport,
                async () => HttpProbe.Require(await new HttpProbe(TimeProvider.System, ServiceNames.FromEnvironment()).RunAsync(
                    await order.ReadAsync(parse, cancellationToken).ConfigureAwait(false),
                    parse.GetValue(repeat),
                    parse.GetValue(interval),
                    parse.GetValue(timeout),
                    cancellationToken,
                    live ? attempt => HttpText.WriteLine(screen, attempt) : null).ConfigureAwait(false)),
                (console, report) =>
                {
                    if (single)
                    {
                        HttpText.Write(console, report, parse.GetValue(headers));
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
