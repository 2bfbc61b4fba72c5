using System.CommandLine;
using NetBox.Tools.Output;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;

namespace NetBox.Tools.CommandLine;

internal static class TlsCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("HOST:PORT") { Description = "Where to connect; IPv6 in brackets" };
        var name = new Option<string>("--server-name") { Description = "The name the certificate has to be for (else HOST)", HelpName = "NAME" };
        var roots = new Option<string>("--cacert") { Description = "A PEM file with the authorities to trust instead of this system's", HelpName = "FILE" };
        var days = CommonOptions.Number("--min-days", "How many more days the certificates have to be valid", "N", 0, 10_000);
        var timeout = CommonOptions.Timeout(5);
        var json = CommonOptions.Json();
        var command = HelpWithExamples.Add(
            new Command("tls", "One TLS handshake: protocol, cipher, the certificate chain with its expiry; exit code 1 when a client would not accept it")
            {
                target, name, roots, days, timeout, json,
            },
            "netbox tls redis-cluster-0:6379",
            "netbox tls redis-cluster-0:6379 --cacert /etc/redis/tls/ca.crt --min-days 14",
            "netbox tls 10.0.0.7:6379 --server-name redis-cluster-0.redis-cluster --json");
        command.SetAction((parse, cancellationToken) => CommandRunner.RunAsync(
            parse,
            parse.GetValue(json),
            () => NetBoxJson.Readable.TlsReport,
            () => new TlsProbe(TimeProvider.System).RunAsync(
                ProbeTarget.Parse(parse.GetRequiredValue(target)),
                new(parse.GetValue(name), parse.GetValue(roots) is { } file ? TlsDemands.ReadRoots(file) : null, parse.GetValue(days) ?? 0),
                parse.GetValue(timeout),
                cancellationToken),
            HostText.Write,
            report => report.Problems.Count == 0 ? ExitCode.Fine : ExitCode.Faults));
        return command;
    }
}
