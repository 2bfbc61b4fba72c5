using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class DnsCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The host name to look up" };
        var timeout = CommonOptions.Timeout(5);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("dns", "Look a name up as an application on this machine would: A and AAAA, each timed") { name, timeout, json },
            "netbox dns localhost",
            "netbox dns redis-cluster-0.redis-cluster --json");
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            NetBoxJson.Readable.DnsReport,
            () => new DnsProbe(TimeProvider.System).RunAsync(parse.GetRequiredValue(name), parse.GetValue(timeout), cancellationToken),
            ProbeText.Write,
            _ => ExitCode.Fine));
        return command;
    }
}
