using System.CommandLine;
using System.Net;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class DnsCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The host name to look up, or an address for the name behind it" };
        var type = new Option<string[]>("--type", "-t")
        {
            Description = "Records to ask a name server for, separated by commas: A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT",
            HelpName = "TYPES",
            DefaultValueFactory = _ => [],
        };
        var server = new Option<string>("--server", "-s")
        {
            Description = "Which name server to ask (else, with --type, the one this system is configured with)",
            HelpName = "HOST[:PORT]",
        };
        var timeout = CommonOptions.Timeout(5);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("dns", "Look a name up as an application on this machine would: A and AAAA, each timed; with --type or --server as a name server has it: records with their time to live")
            {
                name, type, server, timeout, json,
            },
            "netbox dns localhost",
            "netbox dns redis-cluster-0.redis-cluster --json",
            "netbox dns _client._tcp.redis-cluster.default.svc.cluster.local --type SRV,A --server 10.96.0.10",
            "netbox dns 10.0.0.7");
        command.SetAction((parse, cancellationToken) =>
        {
            var (asked, types, where) = (parse.GetRequiredValue(name), parse.GetRequiredValue(type), parse.GetValue(server));
            var isAddress = IPAddress.TryParse(asked, out _);
            return isAddress || types.Length > 0 || where is not null
                ? CommandRunner.RunAsync(
                    parse,
                    parse.GetValue(json),
                    () => NetBoxJson.Readable.DnsRecordsReport,
                    () => AskServerAsync(asked, DnsRecordProbe.ReadTypes(types, isAddress), where, parse.GetValue(timeout), cancellationToken),
                    DnsText.Write,
                    report => report.Answers.Any(answer => answer.Error is null) && report.Answers.All(answer => answer.Code == DnsTypeAnswer.Fine) ? ExitCode.Fine : ExitCode.Faults)
                : CommandRunner.RunAsync(
                    parse,
                    parse.GetValue(json),
                    () => NetBoxJson.Readable.DnsReport,
                    () => new DnsProbe(TimeProvider.System).RunAsync(asked, parse.GetValue(timeout), cancellationToken),
                    DnsText.Write,
                    _ => ExitCode.Fine);
        });
        return command;
    }

    private static async Task<DnsRecordsReport> AskServerAsync(
        string name, IReadOnlyList<string> types, string? server, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var where = server is null ? null : await NameServers.ParseAsync(server, timeout, cancellationToken).ConfigureAwait(false);
        return DnsRecordProbe.Require(await new DnsRecordProbe(TimeProvider.System).RunAsync(name, types, where, timeout, cancellationToken).ConfigureAwait(false));
    }
}
