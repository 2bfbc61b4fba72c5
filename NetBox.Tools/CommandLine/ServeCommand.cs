using System.CommandLine;
using NetBox.Tools.Cluster;
using NetBox.Tools.Serve;

namespace NetBox.Tools.CommandLine;

internal static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string>("--urls")
        {
            Description = $"Where to listen, separated by ';' (else ASPNETCORE_URLS, HTTP_PORTS, or http://127.0.0.1:{ListenAddresses.DefaultPort} and above)",
            HelpName = "URLS",
        };
        var options = new ClusterOptions(timeoutSeconds: 1.5);
        var command = HelpWithExamples.Add(
            new Command("serve", "Serve a page with the live cluster, and the commands as JSON endpoints under /api") { urls },
            "netbox serve 127.0.0.1:7101",
            "netbox serve --urls http://127.0.0.1:8080",
            $"{ProbeGate.TokenVariable}=secret netbox serve --urls http://*:8080   (without a token /api/http and /api/tcp stay off)");
        options.AddTo(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            try
            {
                var target = options.ReadIfGiven(parse);
                await new WebServer(
                    stop => target is null ? throw NetBoxException.Usage(ClusterTarget.NoneGiven) : ClusterSource.ObserveAsync(target, stop),
                    ListenAddresses.From(parse.GetValue(urls), Environment.GetEnvironmentVariable),
                    Environment.GetEnvironmentVariable(ProbeGate.TokenVariable),
                    parse.InvocationConfiguration.Output).RunAsync(cancellationToken).ConfigureAwait(false);
                return (int)ExitCode.Fine;
            }
            catch (Exception exception) when (Faults.TryExplain(exception, out var code, out var message))
            {
                await parse.InvocationConfiguration.Error.WriteLineAsync($"netbox: {message}").ConfigureAwait(false);
                return (int)code;
            }
        });
        return command;
    }
}
